// Python's hashes of numbers, and of tuples of them, are no secret: a message may hold keys that
// all meet in one place of a dict or set, which then costs the square of their number. This follows
// the places that each key would try and says when they are too many. Threads: those that hold the
// GIL.
#pragma once

#include <Python.h>

#include <cstddef>
#include <cstdint>

namespace ringsnake::python {

class CollisionGuard {
 public:
  // For a container of `count` keys. Below a bound any keys are cheap, and it does nothing.
  explicit CollisionGuard(std::size_t count) : active_(count >= kFewKeys) {}
  CollisionGuard(const CollisionGuard&) = delete;
  CollisionGuard& operator=(const CollisionGuard&) = delete;
  ~CollisionGuard() { PyMem_Free(slots_); }

  enum class Verdict : std::uint8_t { kFine, kTooMany, kRaised };

  // Before `key` is added. kRaised: it cannot be hashed, or there is no memory.
  Verdict add(PyObject* key) {
    // The hashes of these depend on a secret of the process.
    const bool is_secret = Py_TYPE(key) == &PyUnicode_Type || Py_TYPE(key) == &PyBytes_Type;
    if (!active_ || is_secret) return Verdict::kFine;
    const Py_hash_t hash = PyObject_Hash(key);
    if (hash == -1 && PyErr_Occurred() != nullptr) return Verdict::kRaised;
    if (keys_ * kMaxLoad >= size_ * (kMaxLoad - 1) && !grow()) return Verdict::kRaised;
    place(static_cast<std::size_t>(hash));
    ++keys_;
    return tries_ > kTriesPerKey * placed_ ? Verdict::kTooMany : Verdict::kFine;
  }

 private:
  static constexpr std::size_t kFewKeys = 128;
  // Of random keys a table this full asks for fewer than three; of regular ones (multiples of a
  // power of two, halves) for a dozen.
  static constexpr std::size_t kTriesPerKey = 64;
  // Seven eighths. Python's tables are never that full: theirs are as large or larger, and keys
  // that meet in a larger one meet here, too.
  static constexpr std::size_t kMaxLoad = 8;
  static constexpr std::size_t kFirstSize = 256;
  static constexpr std::size_t kZero = 1;  // stands for a hash of 0, which marks an empty place

  // CPython's order of places: Objects/dictobject.c, and without its linear part setobject.c.
  void place(std::size_t hash) {
    constexpr int kPerturbShift = 5;
    const std::size_t mask = size_ - 1;
    std::size_t perturb = hash;
    std::size_t at = hash & mask;
    ++placed_;
    ++tries_;
    while (slots_[at] != 0) {
      perturb >>= kPerturbShift;
      at = (at * 5 + perturb + 1) & mask;
      // What is too much already need not end.
      if (++tries_ > kTriesPerKey * placed_ + size_) return;
    }
    slots_[at] = hash == 0 ? kZero : hash;
  }

  bool grow() {
    const std::size_t former_size = size_;
    std::size_t* const former = slots_;
    const std::size_t size = former_size == 0 ? kFirstSize : 2 * former_size;
    auto* const slots = static_cast<std::size_t*>(PyMem_Calloc(size, sizeof(std::size_t)));
    if (slots == nullptr) {
      PyErr_NoMemory();
      return false;
    }
    slots_ = slots;
    size_ = size;
    for (std::size_t i = 0; i < former_size; ++i) {
      if (former[i] != 0) place(former[i]);
    }
    PyMem_Free(former);
    return true;
  }

  const bool active_;
  std::size_t* slots_ = nullptr;
  std::size_t size_ = 0;
  std::size_t keys_ = 0;
  std::size_t placed_ = 0;  // again after each growth
  std::size_t tries_ = 0;
};

}  // namespace ringsnake::python
