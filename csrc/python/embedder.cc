#include "embedder.h"

#include <unistd.h>

#include "../core/embedder.h"

namespace ringsnake::python {
namespace {

// Null with an exception set.
const Embedder* embedder_at(PyObject* address) {
  const auto* const embedder = static_cast<const Embedder*>(PyLong_AsVoidPtr(address));
  if (PyErr_Occurred() != nullptr) return nullptr;
  if (embedder != nullptr && embedder->version == Embedder::kVersion) return embedder;
  PyErr_SetString(
      PyExc_ValueError,
      "the addon and the extension are of different builds: run `npm run build:native`");
  return nullptr;
}

}  // namespace

PyObject* embedder_started(PyObject* /*module*/, PyObject* address) {
  const Embedder* const embedder = embedder_at(address);
  if (embedder == nullptr) return nullptr;
  embedder->started();
  Py_RETURN_NONE;
}

PyObject* freeze(PyObject* /*module*/, PyObject* address) {
  const Embedder* const embedder = embedder_at(address);
  if (embedder == nullptr) return nullptr;
  embedder->frozen();
  // With the lock held: threads that want to run Python code wait until the process has ended.
  while (true) ::pause();
}

}  // namespace ringsnake::python
