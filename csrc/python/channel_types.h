// The extension's own types that a Channel makes objects of.
#pragma once

#include <Python.h>

#include "py_ref.h"

namespace ringsnake::python {

struct ChannelTypes {
  Ref bulk;
  Ref window;
  Ref producer;
  Ref consumer;

  // False with an exception set. Of the module and not of statics: each interpreter has its own.
  bool load() {
    const Ref module(PyImport_ImportModule("ringsnake._native"));
    const auto load_one = [&](Ref& type, const char* name) {
      if (module) type = Ref(PyObject_GetAttrString(module.get(), name));
      return static_cast<bool>(type);
    };
    return load_one(bulk, "Bulk") && load_one(window, "RingWindow") &&
           load_one(producer, "RingProducer") && load_one(consumer, "RingConsumer");
  }
};

}  // namespace ringsnake::python
