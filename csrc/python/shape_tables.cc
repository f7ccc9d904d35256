#include "shape_tables.h"

#include <algorithm>

namespace ringsnake::python {
namespace {

constexpr std::uint64_t kMultiplier = 0x9e3779b97f4a7c15;
constexpr int kHighBits = 32;
constexpr std::size_t kObjectAlignment = 16;

std::size_t spread(std::uint64_t hash) {
  return static_cast<std::size_t>(hash * kMultiplier >> kHighBits);
}

std::size_t recent_place(PyObject* first_key, std::size_t count) {
  return spread(reinterpret_cast<std::uintptr_t>(first_key) / kObjectAlignment + count);
}

Ref key_tuple(PyObject* dict, std::size_t count) {
  Ref keys(PyTuple_New(static_cast<Py_ssize_t>(count)));
  Py_ssize_t cursor = 0;
  Py_ssize_t place = 0;
  PyObject* key = nullptr;
  while (keys && PyDict_Next(dict, &cursor, &key, nullptr) != 0)
    PyTuple_SetItem(keys.get(), place++, Py_NewRef(key));
  return keys;
}

}  // namespace

void SentShapes::rollback() {
  if (count_ == mark_) return;
  while (count_ > mark_) keys_[--count_] = Ref();
  places_.fill(0);
  for (std::size_t id = 0; id < count_; ++id) index(id);
}

SentShapes::Result SentShapes::find(PyObject* dict) {
  const auto count = static_cast<std::size_t>(PyDict_Size(dict));
  if (count == 0 || count > wire::kShapeKeysMax) return {};
  Py_ssize_t cursor = 0;
  PyObject* first = nullptr;
  if (PyDict_Next(dict, &cursor, &first, nullptr) == 0) return {};
  std::uint16_t& recent = recent_[recent_place(first, count) % kRecent];
  if (recent != 0 && recent <= count_ && is(recent - 1U, dict, count)) {
    const std::size_t id = recent - 1U;
    return {Found::kDefined, static_cast<std::uint16_t>(id), Ref(Py_NewRef(keys_[id].get()))};
  }
  Result result = search(dict, count);
  if (result.found == Found::kDefined) recent = static_cast<std::uint16_t>(result.id + 1);
  return result;
}

// Whether the keys are the same objects.
bool SentShapes::is(std::size_t id, PyObject* dict, std::size_t count) const {
  PyObject* const keys = keys_[id].get();
  if (PyTuple_Size(keys) != static_cast<Py_ssize_t>(count)) return false;
  Py_ssize_t cursor = 0;
  Py_ssize_t place = 0;
  PyObject* key = nullptr;
  while (PyDict_Next(dict, &cursor, &key, nullptr) != 0) {
    if (key != PyTuple_GetItem(keys, place++)) return false;
  }
  return true;
}

// By what the keys are, since equal ones may be other objects.
SentShapes::Result SentShapes::search(PyObject* dict, std::size_t count) {
  std::uint64_t hash = count;
  Py_ssize_t cursor = 0;
  PyObject* key = nullptr;
  while (PyDict_Next(dict, &cursor, &key, nullptr) != 0) {
    if (Py_TYPE(key) != &PyUnicode_Type) return {};
    const Py_hash_t each = PyObject_Hash(key);
    if (each == -1) return {Found::kFailed, 0, Ref()};
    hash = (hash ^ static_cast<std::uint64_t>(each)) * kMultiplier;
    hash ^= hash >> kHighBits;
  }
  hash |= 1;  // never that of an empty place
  for (std::size_t place = spread(hash); places_[place % kPlaces] != 0; ++place) {
    const std::size_t id = places_[place % kPlaces] - 1U;
    if (hashes_[id] != hash) continue;
    PyObject* const keys = keys_[id].get();
    bool same = PyTuple_Size(keys) == static_cast<Py_ssize_t>(count);
    cursor = 0;
    for (Py_ssize_t i = 0; same && PyDict_Next(dict, &cursor, &key, nullptr) != 0; ++i)
      same = PyUnicode_Compare(key, PyTuple_GetItem(keys, i)) == 0;
    if (!same) continue;
    // The newest objects are the likeliest to come again.
    keys_[id] = key_tuple(dict, count);
    if (!keys_[id]) return {Found::kFailed, 0, Ref()};
    return {Found::kDefined, static_cast<std::uint16_t>(id), Ref(Py_NewRef(keys_[id].get()))};
  }
  return meet(dict, count, hash);
}

SentShapes::Result SentShapes::meet(PyObject* dict, std::size_t count, std::uint64_t hash) {
  Candidates& candidates = candidates_[spread(hash) % candidates_.size()];
  if (std::find(candidates.begin(), candidates.end(), hash) == candidates.end()) {
    // The newest first; the oldest goes.
    std::copy_backward(candidates.begin(), candidates.end() - 1, candidates.end());
    candidates[0] = hash;
    return {};
  }
  if (count_ == wire::kShapesMax) return {};
  Ref keys = key_tuple(dict, count);
  if (!keys) return {Found::kFailed, 0, Ref()};
  hashes_[count_] = hash;  // of the next one
  return {Found::kNew, static_cast<std::uint16_t>(count_), std::move(keys)};
}

std::uint16_t SentShapes::define(PyObject* keys) {
  keys_[count_] = Ref(Py_NewRef(keys));
  index(count_);
  return static_cast<std::uint16_t>(count_++);
}

void SentShapes::index(std::size_t id) {
  std::size_t place = spread(hashes_[id]);
  while (places_[place % kPlaces] != 0) ++place;
  places_[place % kPlaces] = static_cast<std::uint16_t>(id + 1);
}

}  // namespace ringsnake::python
