{
  # From one source: the core as a static library, the Node addon, and the Python extension, twice (csrc/README.md).
  # `python_include` is where Python.h lies and `python_suffix` how that interpreter names its own extensions.
  "variables": {
    "python_include%": "<!(${PYTHON:-python3} -c \"import sysconfig; print(sysconfig.get_path('include'))\")",
    "python_suffix%": "<!(${PYTHON:-python3} -c \"import sysconfig; print(sysconfig.get_config_var('EXT_SUFFIX'))\")",
    "python_sources": [
      "csrc/python/bulk_type.cc",
      "csrc/python/byte_sink.cc",
      "csrc/python/call_record_type.cc",
      "csrc/python/channel_bulk.cc",
      "csrc/python/channel_loop.cc",
      "csrc/python/channel_output.cc",
      "csrc/python/channel_receive.cc",
      "csrc/python/channel_send.cc",
      "csrc/python/channel_state.cc",
      "csrc/python/channel_type.cc",
      "csrc/python/channel_wait.cc",
      "csrc/python/character_block.cc",
      "csrc/python/decode_block.cc",
      "csrc/python/decode_bulk.cc",
      "csrc/python/decode_containers.cc",
      "csrc/python/decode_declared.cc",
      "csrc/python/decode_identity.cc",
      "csrc/python/decode_leaves.cc",
      "csrc/python/decode_ndarray.cc",
      "csrc/python/decode_parts.cc",
      "csrc/python/decode_shapes.cc",
      "csrc/python/decode_texts.cc",
      "csrc/python/decode_times.cc",
      "csrc/python/decode_types.cc",
      "csrc/python/direct_method.cc",
      "csrc/python/direct_target.cc",
      "csrc/python/doorbell_type.cc",
      "csrc/python/embedder.cc",
      "csrc/python/encode_bulk.cc",
      "csrc/python/encode_declared.cc",
      "csrc/python/encode_extensions.cc",
      "csrc/python/encode_failure.cc",
      "csrc/python/encode_branches.cc",
      "csrc/python/encode_identity.cc",
      "csrc/python/encode_leaves.cc",
      "csrc/python/encode_ndarray.cc",
      "csrc/python/encode_parts.cc",
      "csrc/python/encode_shapes.cc",
      "csrc/python/encode_text.cc",
      "csrc/python/encode_times.cc",
      "csrc/python/encode_types.cc",
      "csrc/python/item_batch_type.cc",
      "csrc/python/plain_calls.cc",
      "csrc/python/raise_in_thread.cc",
      "csrc/python/references.cc",
      "csrc/python/endpoint_receive.cc",
      "csrc/python/endpoint_send.cc",
      "csrc/python/endpoint_state.cc",
      "csrc/python/endpoint_type.cc",
      "csrc/python/fork_generation.cc",
      "csrc/python/host_objects.cc",
      "csrc/python/identity_table.cc",
      "csrc/python/module.cc",
      "csrc/python/program_runner_type.cc",
      "csrc/python/open_endpoint.cc",
      "csrc/python/region_type.cc",
      "csrc/python/ring_consumer_type.cc",
      "csrc/python/ring_ends.cc",
      "csrc/python/ring_producer_type.cc",
      "csrc/python/ring_window.cc",
      "csrc/python/schema_codes.cc",
      "csrc/python/schema_program.cc",
      "csrc/python/schema_type.cc",
      "csrc/python/shape_tables.cc",
      "csrc/python/value_bulk.cc",
      "csrc/python/value_decoder.cc",
      "csrc/python/value_encoder.cc",
      "csrc/python/value_functions.cc",
      "csrc/python/value_options.cc",
      "csrc/python/value_sequence_types.cc"
    ]
  },
  "target_defaults": {
    "cflags_cc!": ["-fno-rtti", "-std=gnu++17", "-std=gnu++20"],
    "cflags_cc": [
      "-std=c++20", "-O2", "-fvisibility=hidden",
      "-Wall", "-Wextra", "-Wpedantic", "-Wno-unused-parameter"
    ],
    "configurations": { "Release": {} }
  },
  "targets": [
    {
      "target_name": "ringsnake_core",
      "type": "static_library",
      "cflags_cc!": ["-fno-exceptions"],
      "cflags_cc": ["-fPIC", "-Wconversion", "-Werror"],
      "sources": [
        "csrc/core/alive.cc",
        "csrc/core/bulk.cc",
        "csrc/core/channel_socket.cc",
        "csrc/core/control_socket.cc",
        "csrc/core/cpus.cc",
        "csrc/core/doorbell.cc",
        "csrc/core/endpoint.cc",
        "csrc/core/futex.cc",
        "csrc/core/peer.cc",
        "csrc/core/region.cc",
        "csrc/core/segment.cc",
        "csrc/core/shared_memory.cc"
      ]
    },
    {
      "target_name": "ringsnake_node",
      "dependencies": [
        "ringsnake_core",
        "<!(node -p \"require('node-addon-api').targets\"):node_addon_api"
      ],
      # While a worker_threads thread is being terminated nothing can be thrown in it; without this the process aborts.
      "defines": ["NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"],
      # Node unloads an addon with the last environment that used it, under a thread of ours that still reaps a worker.
      "ldflags": ["-Wl,-z,nodelete"],
      "sources": [
        "csrc/embed/interpreter.cc",
        "csrc/node/addon.cc",
        "csrc/node/bulk_table.cc",
        "csrc/node/direct_caller.cc",
        "csrc/node/doorbell_object.cc",
        "csrc/node/endpoint_messages.cc",
        "csrc/node/endpoint_object.cc",
        "csrc/node/endpoint_values.cc",
        "csrc/node/interpreter_functions.cc",
        "csrc/node/loop_listener.cc",
        "csrc/node/region_object.cc",
        "csrc/node/started_children.cc",
        "csrc/node/value_table.cc"
      ]
    },
    {
      # The limited API of CPython 3.11: one binary for every later version.
      "target_name": "ringsnake_python_abi3",
      "product_name": "_native.abi3",
      "type": "loadable_module",
      "dependencies": ["ringsnake_core"],
      "include_dirs": ["<(python_include)"],
      "defines": ["Py_LIMITED_API=0x030B0000", "PY_SSIZE_T_CLEAN"],
      "cflags_cc": ["-Wconversion", "-Werror"],
      "sources": ["<@(python_sources)"]
    },
    {
      # All that this very interpreter has, which its importer prefers.
      "target_name": "ringsnake_python_full",
      "product_name": "_native.full",
      "type": "loadable_module",
      "dependencies": ["ringsnake_core"],
      # Without the assertions in its inline functions.
      "defines": ["PY_SSIZE_T_CLEAN", "NDEBUG"],
      # Its inline functions are not ours to warn about.
      "cflags_cc": ["-isystem", "<(python_include)", "-Wconversion", "-Werror", "-fomit-frame-pointer"],
      "sources": ["<@(python_sources)"]
    },
    {
      # Python finds its half beside the package, under the names that say which interpreter it is for.
      "target_name": "ringsnake_python_install",
      "type": "none",
      "dependencies": ["ringsnake_python_abi3", "ringsnake_python_full"],
      # Not cp, which writes over the file: it would change under the workers that have it mapped.
      "actions": [
        {
          "action_name": "install_abi3",
          "inputs": ["<(PRODUCT_DIR)/_native.abi3.node"],
          "outputs": ["<(module_root_dir)/python/ringsnake/_native.abi3.so"],
          "action": ["install", "-m", "755", "<@(_inputs)", "<@(_outputs)"]
        },
        {
          "action_name": "install_full",
          "inputs": ["<(PRODUCT_DIR)/_native.full.node"],
          "outputs": ["<(module_root_dir)/python/ringsnake/_native<(python_suffix)"],
          # Another interpreter's goes: nothing would tell it that its source has changed.
          "action": [
            "sh", "-c",
            "find python/ringsnake -name '_native.*.so' ! -name _native.abi3.so -delete && install -m 755 <@(_inputs) <@(_outputs)"
          ]
        }
      ]
    }
  ]
}
