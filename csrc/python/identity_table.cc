#include "identity_table.h"

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

}  // namespace ringsnake::python
