// What the option `identity` of the writer knows of the objects in a value. Threads: under the GIL.
#pragma once

#include <Python.h>

#include <cstdint>

#include "py_ref.h"

namespace ringsnake::python {

// Which objects are reached more than once, and the numbers of their definitions. Owns its dicts.
class IdentityTable {
 public:
  enum class Turn : std::uint8_t {
    kFailed,     // an exception is set
    kWrite,      // write the object as it is
    kSkip,       // it was surveyed already
    kDefine,     // begin a definition
    kRefer,      // write a reference to `number`
    kUnfinished  // its definition has not ended, and it is not one that may hold itself
  };

  bool start();
  void begin_writing() { surveying_ = false; }
  Turn meet(PyObject* object, bool may_hold_itself, std::uint32_t* number);
  bool end_definition(PyObject* object);

 private:
  Turn survey(PyObject* object, PyObject* id);
  bool set_state(PyObject* id, std::uint64_t state);

  bool surveying_ = true;
  std::uint32_t next_ = 0;
  Ref seen_;    // id -> object, so that no id is given twice
  Ref shared_;  // id -> state of what is reached more than once
};

}  // namespace ringsnake::python
