// The option `identity`: definitions and references. What is reached more than once is known before
// the first byte is written, so the value is walked twice.
#include "encoder.h"

namespace ringsnake::python {
namespace {

// The state of an object that is reached more than once.
constexpr std::uint64_t kUnnumbered = 0;  // reached by the survey only
constexpr std::uint64_t kNumbered = 1;
constexpr std::uint64_t kOpen = 2;
constexpr std::uint64_t kMayHoldItself = 4;
constexpr int kNumberShift = 8;

}  // namespace

bool IdentityTable::start() {
  seen_ = Ref(PyDict_New());
  shared_ = Ref(PyDict_New());
  return seen_ && shared_;
}

bool IdentityTable::set_state(PyObject* id, std::uint64_t state) {
  const Ref number(PyLong_FromUnsignedLongLong(state));
  return number && PyDict_SetItem(shared_.get(), id, number.get()) == 0;
}

IdentityTable::Turn IdentityTable::survey(PyObject* object, PyObject* id) {
  if (PyDict_GetItemWithError(seen_.get(), id) != nullptr)
    return set_state(id, kUnnumbered) ? Turn::kSkip : Turn::kFailed;
  if (PyErr_Occurred() != nullptr) return Turn::kFailed;
  return PyDict_SetItem(seen_.get(), id, object) == 0 ? Turn::kWrite : Turn::kFailed;
}

IdentityTable::Turn IdentityTable::meet(PyObject* object, bool may_hold_itself,
                                        std::uint32_t* number) {
  const Ref id(PyLong_FromVoidPtr(object));
  if (!id) return Turn::kFailed;
  if (surveying_) return survey(object, id.get());
  PyObject* const found = PyDict_GetItemWithError(shared_.get(), id.get());
  if (found == nullptr) return PyErr_Occurred() == nullptr ? Turn::kWrite : Turn::kFailed;
  const std::uint64_t state = PyLong_AsUnsignedLongLong(found);
  if (state == kUnnumbered) {
    *number = next_++;
    const std::uint64_t flags = kNumbered | kOpen | (may_hold_itself ? kMayHoldItself : 0);
    const bool kept = set_state(id.get(), std::uint64_t{*number} << kNumberShift | flags);
    return kept ? Turn::kDefine : Turn::kFailed;
  }
  *number = static_cast<std::uint32_t>(state >> kNumberShift);
  const bool unfinished = (state & kOpen) != 0 && (state & kMayHoldItself) == 0;
  return unfinished ? Turn::kUnfinished : Turn::kRefer;
}

bool IdentityTable::end_definition(PyObject* object) {
  const Ref id(PyLong_FromVoidPtr(object));
  PyObject* const found = id ? PyDict_GetItemWithError(shared_.get(), id.get()) : nullptr;
  if (found == nullptr) return false;
  return set_state(id.get(), PyLong_AsUnsignedLongLong(found) & ~kOpen);
}

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
