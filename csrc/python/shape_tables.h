// The shapes of objects in one direction of a connection: spec/wire/value.md §3. Twins:
// lib/wire/shapes/sent-shapes.ts, received-shapes.ts. Of a fixed size. Threads: those that hold the
// GIL, one message at a time.
#pragma once

#include <Python.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "../core/wire_constants.gen.h"
#include "py_ref.h"

namespace ringsnake::python {

// What is said of a dict that is to be written.
struct SentShape {
  enum class Found : std::uint8_t {
    kFailed,   // an exception is set
    kNone,     // it is written as a map
    kNew,      // it has the next shape, which define() must number
    kDefined,  // it has the shape `id`
  };
  Found found = Found::kNone;
  std::uint16_t id = 0;
  Ref keys;  // a tuple, if it has a shape
};

// Where they are written. Keys become a shape when they are met for the second time.
class SentShapes {
 public:
  // Begins a message: what is defined from now on is in it.
  void begin() { mark_ = count_; }
  // Takes back what the last message defined, because nobody will read it.
  void rollback();

  // kDefined, with the likeliest of the shapes of so many keys and this first one; or kNone. Makes
  // no objects.
  SentShape guess(PyObject* dict, std::size_t count, PyObject* first_key);
  // What the dict has, after a guess that was wrong. The keys are its own key objects.
  SentShape find(PyObject* dict);
  // Gives the next number to keys that find() called new.
  std::uint16_t define(PyObject* keys);

 private:
  static constexpr std::size_t kPlaces = std::size_t{2} * wire::kShapesMax;
  static constexpr std::size_t kRecent = 256;
  // Hashes of keys that were met once and have the same place.
  using Candidates = std::array<std::uint64_t, 4>;

  bool is_likely(std::size_t number, std::size_t count, PyObject* first_key) const;
  bool is(std::size_t id, PyObject* dict) const;
  SentShape choose(std::size_t id);
  SentShape search(PyObject* dict, std::size_t count);
  SentShape meet(PyObject* dict, std::size_t count, std::uint64_t hash);
  void index(std::size_t id);

  std::size_t count_ = 0;
  std::size_t mark_ = 0;
  std::array<Ref, wire::kShapesMax> keys_;                // tuples
  std::array<std::uint64_t, wire::kShapesMax> hashes_{};  // of the keys
  // Numbers, each one more than the shape's; 0 is an empty place.
  std::array<std::uint16_t, kPlaces> places_{};  // by hash; open addressing
  std::array<std::uint16_t, kRecent> recent_{};  // by the addresses of keys
  // By the shape before: objects come in the same order again and again.
  std::array<std::uint16_t, wire::kShapesMax> next_{};
  std::size_t before_ = 0;  // the shape before the dict that is asked about
  std::size_t last_ = 0;    // that was chosen last
  std::array<Candidates, 512> candidates_{};
};

// Where they are read.
class ReceivedShapes {
 public:
  struct Shape {
    Ref keys;     // a tuple
    Ref example;  // a dict of the keys
  };

  std::size_t size() const { return count_; }
  // REQUIRES: id < size().
  const Shape& operator[](std::size_t id) const { return shapes_[id]; }
  // Gives the next number. REQUIRES: size() < kShapesMax.
  void add(Shape shape) { shapes_[count_++] = std::move(shape); }

 private:
  std::size_t count_ = 0;
  std::array<Shape, wire::kShapesMax> shapes_;
};

}  // namespace ringsnake::python
