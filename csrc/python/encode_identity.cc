// The option `identity`: definitions and references. What is reached more than once is known before
// the first byte is written, so the value is walked twice.
#include "encoder.h"

namespace ringsnake::python {

bool Encoder::write_identified(PyObject* value, Writer writer, bool may_hold_itself) {
  using Turn = IdentityTable::Turn;
  std::uint32_t number = 0;
  switch (identity_->meet(value, may_hold_itself, &number)) {
    case Turn::kFailed:
      return false;
    case Turn::kSkip:
      return true;
    case Turn::kWrite:
      return (this->*writer)(value);
    case Turn::kUnfinished:
      return fail("a value that contains itself cannot cross");
    case Turn::kRefer:
      return write_ext(wire::kExtReference, &number, sizeof number);
    case Turn::kDefine:
      break;
  }
  std::size_t body = 0;
  if (!enter(nullptr) || !begin_ext(&body) || !(this->*writer)(value)) return false;
  leave();
  return end_ext(wire::kExtDefinition, body) && identity_->end_definition(value);
}

bool Encoder::write_with_identity(PyObject* value) {
  IdentityTable table;
  if (!table.start()) return false;
  identity_ = &table;
  const std::size_t start = sink_.size();
  bool written = write(value);
  if (written) {
    sink_.drop(sink_.size() - start);
    table.begin_writing();
    written = write(value);
  }
  identity_ = nullptr;
  return written;
}

}  // namespace ringsnake::python
