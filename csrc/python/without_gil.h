// Lets other Python threads run for the rest of the scope.
#pragma once

#include <Python.h>

namespace ringsnake::python {

class WithoutGil {
 public:
  WithoutGil() : saved_(PyEval_SaveThread()) {}
  WithoutGil(const WithoutGil&) = delete;
  WithoutGil& operator=(const WithoutGil&) = delete;
  ~WithoutGil() { PyEval_RestoreThread(saved_); }

 private:
  PyThreadState* const saved_;
};

}  // namespace ringsnake::python
