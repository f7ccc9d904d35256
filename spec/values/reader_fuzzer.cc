// libFuzzer's way into the readers of the Python extension: RINGSNAKE_FUZZ=1 and clang build it.
// The first byte of an input says which reader and which allocation fails. An error that is not
// ours ends the run.
#include <Python.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

PyObject* readers = nullptr;  // a list of functions: bytes -> None

// Allocations until one fails; negative when none shall.
long remaining = -1;

bool fails() {
  if (remaining < 0) return false;
  remaining -= 1;
  return remaining < 0;
}

PyMemAllocatorEx plain;

void* fail_malloc(void* context, std::size_t size) {
  return fails() ? nullptr : plain.malloc(context, size);
}
void* fail_calloc(void* context, std::size_t count, std::size_t size) {
  return fails() ? nullptr : plain.calloc(context, count, size);
}
void* fail_realloc(void* context, void* at, std::size_t size) {
  return fails() ? nullptr : plain.realloc(context, at, size);
}
void free_plain(void* context, void* at) { plain.free(context, at); }

void end_badly(const char* where) {
  std::fprintf(stderr, "the reader ended with what is no error of ours: %s\n", where);
  if (PyErr_Occurred() != nullptr) PyErr_Print();
  std::abort();
}

}  // namespace

// Their names are libFuzzer's.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  Py_InitializeEx(0);
  // The path comes by PYTHONPATH.
  PyObject* const module = PyImport_ImportModule("fuzz_targets");
  readers = module == nullptr ? nullptr : PyObject_GetAttrString(module, "READERS");
  if (readers == nullptr) end_badly("import");
  PyMem_GetAllocator(PYMEM_DOMAIN_OBJ, &plain);
  PyMemAllocatorEx failing{plain.ctx, fail_malloc, fail_calloc, fail_realloc, free_plain};
  PyMem_SetAllocator(PYMEM_DOMAIN_OBJ, &failing);
  PyMem_SetAllocator(PYMEM_DOMAIN_MEM, &failing);
  return 0;
}

// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Py_ssize_t which = data[0] % PyList_Size(readers);
  PyObject* const reader = PyList_GetItem(readers, which);
  // Right up against the end of its memory, so that a byte too many is seen.
  PyObject* const message =
      PyMemoryView_FromMemory(const_cast<char*>(reinterpret_cast<const char*>(data) + 1),
                              static_cast<Py_ssize_t>(size - 1), PyBUF_READ);
  if (message == nullptr) end_badly("memoryview");
  const int failing = data[0] >> 4;
  remaining = failing > 8 ? failing - 9 : -1;
  PyObject* const result = PyObject_CallOneArg(reader, message);
  remaining = -1;
  Py_DECREF(message);
  if (result == nullptr) {
    if (PyErr_ExceptionMatches(PyExc_MemoryError) == 0 || failing <= 8) {
      // What CPython 3.11 says when it has no memory for a frame.
      if (PyErr_ExceptionMatches(PyExc_SystemError) == 0 || failing <= 8) end_badly("call");
    }
    PyErr_Clear();
  }
  Py_XDECREF(result);
  return 0;
}
