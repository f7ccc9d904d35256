#include "shape_tables.h"

#include <algorithm>

#include "py_fast.h"

namespace ringsnake::python {
namespace {

constexpr std::uint64_t kMultiplier = 0x9e3779b97f4a7c15;
constexpr int kHighBits = 32;

std::size_t spread(std::uint64_t hash) {
  return static_cast<std::size_t>(hash * kMultiplier >> kHighBits);
}

// Objects of one kind often have their first key in common.
std::size_t recent_place(PyObject* dict, std::size_t count, PyObject* first_key) {
  PyObject* const last_key = key_near(dict, static_cast<Py_ssize_t>(count) - 1);
  return spread(3 * reinterpret_cast<std::uintptr_t>(first_key) +
                reinterpret_cast<std::uintptr_t>(last_key) + count);
}

// Fills the tuple with the keys of a dict, unless they are not as many strings. CPython may have
// collected garbage to make the tuple, whose code may have changed the dict.
bool take_keys(PyObject* dict, PyObject* tuple) {
  const Py_ssize_t count = tuple_size(tuple);
  if (dict_size(dict) != count) return false;
  Py_ssize_t cursor = 0;
  Py_ssize_t place = 0;
  PyObject* key = nullptr;
  for (; PyDict_Next(dict, &cursor, &key, nullptr) != 0; ++place) {
    if (place == count || Py_TYPE(key) != &PyUnicode_Type) return false;
    fill_tuple(tuple, place, Py_NewRef(key));
  }
  return place == count;
}

bool same_keys(PyObject* one, PyObject* other) {
  const Py_ssize_t count = tuple_size(one);
  bool same = tuple_size(other) == count;
  for (Py_ssize_t i = 0; same && i < count; ++i)
    same = same_text(tuple_item(one, i), tuple_item(other, i));
  return same;
}

}  // namespace

void SentShapes::rollback() {
  if (count_ == mark_) return;
  while (count_ > mark_) keys_[--count_] = Ref();
  places_.fill(0);
  for (std::size_t id = 0; id < count_; ++id) index(id);
}

SentShape SentShapes::guess(PyObject* dict, std::size_t count, PyObject* first_key) {
  before_ = last_;
  const std::size_t next = next_[before_];
  if (is_likely(next, count, first_key)) return choose(next - 1);
  const std::size_t recent = recent_[recent_place(dict, count, first_key) % kRecent];
  return is_likely(recent, count, first_key) ? choose(recent - 1) : SentShape{};
}

SentShape SentShapes::find(PyObject* dict) {
  const auto count = static_cast<std::size_t>(dict_size(dict));
  Py_ssize_t cursor = 0;
  PyObject* first_key = nullptr;
  if (count == 0 || count > wire::kShapeKeysMax ||
      PyDict_Next(dict, &cursor, &first_key, nullptr) == 0)
    return {};
  std::uint16_t& recent = recent_[recent_place(dict, count, first_key) % kRecent];
  // The guess may have been another one, by what came before.
  if (is_likely(recent, count, first_key) && is(recent - 1U, dict)) return choose(recent - 1U);
  SentShape shape = search(dict, count);
  if (shape.found != SentShape::Found::kDefined) return shape;
  recent = static_cast<std::uint16_t>(shape.id + 1);
  return choose(shape.id);
}

// Whether the keys are the same objects. REQUIRES: as many.
bool SentShapes::is(std::size_t id, PyObject* dict) const {
  PyObject* const keys = keys_[id].get();
  Py_ssize_t cursor = 0;
  Py_ssize_t place = 0;
  PyObject* key = nullptr;
  for (; PyDict_Next(dict, &cursor, &key, nullptr) != 0; ++place) {
    if (key != tuple_item(keys, place)) return false;
  }
  return true;
}

// Of a number from one of the tables.
bool SentShapes::is_likely(std::size_t number, std::size_t count, PyObject* first_key) const {
  if (number == 0 || number > count_) return false;
  PyObject* const keys = keys_[number - 1].get();
  return tuple_size(keys) == static_cast<Py_ssize_t>(count) && tuple_item(keys, 0) == first_key;
}

SentShape SentShapes::choose(std::size_t id) {
  next_[before_] = static_cast<std::uint16_t>(id + 1);
  last_ = id;
  return {SentShape::Found::kDefined, static_cast<std::uint16_t>(id),
          Ref(Py_NewRef(keys_[id].get()))};
}

// By what the keys are, since equal ones may be other objects.
SentShape SentShapes::search(PyObject* dict, std::size_t count) {
  std::uint64_t hash = count;
  Py_ssize_t cursor = 0;
  PyObject* key = nullptr;
  while (PyDict_Next(dict, &cursor, &key, nullptr) != 0) {
    if (Py_TYPE(key) != &PyUnicode_Type) return {};
    const Py_hash_t each = text_hash(key);
    if (each == -1) return {SentShape::Found::kFailed, 0, Ref()};
    hash = (hash ^ static_cast<std::uint64_t>(each)) * kMultiplier;
    hash ^= hash >> kHighBits;
  }
  hash |= 1;  // never that of an empty place
  Ref keys;
  for (std::size_t place = spread(hash); places_[place % kPlaces] != 0; ++place) {
    const std::size_t id = places_[place % kPlaces] - 1U;
    if (hashes_[id] != hash) continue;
    if (!keys) {
      keys = Ref(PyTuple_New(static_cast<Py_ssize_t>(count)));
      if (!keys) return {SentShape::Found::kFailed, 0, Ref()};
      if (!take_keys(dict, keys.get())) return {};
    }
    if (!same_keys(keys.get(), keys_[id].get())) continue;
    // The newest objects are the likeliest to come again.
    keys_[id] = std::move(keys);
    return {SentShape::Found::kDefined, static_cast<std::uint16_t>(id), Ref()};
  }
  return meet(dict, count, hash);
}

SentShape SentShapes::meet(PyObject* dict, std::size_t count, std::uint64_t hash) {
  Candidates& candidates = candidates_[spread(hash) % candidates_.size()];
  if (std::find(candidates.begin(), candidates.end(), hash) == candidates.end()) {
    // The newest first; the oldest goes.
    std::copy_backward(candidates.begin(), candidates.end() - 1, candidates.end());
    candidates[0] = hash;
    return {};
  }
  if (count_ == wire::kShapesMax) return {};
  Ref keys(PyTuple_New(static_cast<Py_ssize_t>(count)));
  if (!keys) return {SentShape::Found::kFailed, 0, Ref()};
  if (!take_keys(dict, keys.get())) return {};
  hashes_[count_] = hash;  // of the next one
  return {SentShape::Found::kNew, static_cast<std::uint16_t>(count_), std::move(keys)};
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
