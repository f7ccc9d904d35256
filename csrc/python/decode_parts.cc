// Declared types that are made of several values, beside arrays and records.
#include <string_view>

#include "collision_guard.h"
#include "declared_decoder.h"
#include "py_fast.h"

namespace ringsnake::python {
namespace {

// The int that such a key stands for; nullptr, with or without an exception, if it is not written
// as JavaScript writes whole numbers.
PyObject* number_of(PyObject* key) {
  Py_ssize_t size = 0;
  const char* const text = PyUnicode_AsUTF8AndSize(key, &size);
  if (text == nullptr || size == 0) return nullptr;
  const std::string_view digits(text, static_cast<std::size_t>(size));
  const std::string_view magnitude = digits.substr(digits[0] == '-' ? 1 : 0);
  const bool is_whole = !magnitude.empty() &&
                        magnitude.find_first_not_of("0123456789") == std::string_view::npos &&
                        (magnitude[0] != '0' || digits == "0");
  return is_whole ? PyLong_FromString(text, nullptr, 10) : nullptr;
}

}  // namespace

PyObject* DeclaredDecoder::read_tuple(const TupleType& type) {
  const std::size_t known = type.items.size();
  std::size_t count = 0;
  if (!take_head(&count) || count < type.least) return nullptr;
  if (count > known && type.rest == TupleType::kNoRest) return nullptr;
  Ref tuple(PyTuple_New(static_cast<Py_ssize_t>(count)));
  if (!tuple) return nullptr;
  for (std::size_t i = 0; i < count; ++i) {
    PyObject* const item = read(i < known ? type.items[i] : type.rest);
    if (item == nullptr || !fill_tuple(tuple.get(), static_cast<Py_ssize_t>(i), item))
      return nullptr;
  }
  decoder_.leave();
  return tuple.release();
}

PyObject* DeclaredDecoder::read_union(const UnionType& type) {
  std::size_t count = 0;
  std::uint8_t branch = 0;
  if (!take_head(&count) || count != 2 || !decoder_.read_tag(branch)) return nullptr;
  if (branch == kUint8 ? !decoder_.take(branch) : branch > kMaxPositiveFixint) return nullptr;
  if (branch >= type.branches.size()) return nullptr;
  PyObject* const value = read(type.branches[branch]);
  decoder_.leave();
  return value;
}

bool DeclaredDecoder::take_map_head(std::size_t* count) {
  std::uint8_t tag = 0;
  if (!decoder_.read_tag(tag) || !is_map_tag(tag)) return false;
  *count = tag & 0x0fU;
  if (tag >= kMap16 && !decoder_.take_length(tag - kMap16 + 1, *count)) return false;
  return decoder_.spend(2 * *count) && decoder_.enter();
}

PyObject* DeclaredDecoder::read_dict(std::uint32_t item_node) {
  std::size_t count = 0;
  if (!take_map_head(&count)) return nullptr;
  Ref dict(new_dict(count));
  for (std::size_t i = 0; dict && i < count; ++i) {
    const Ref key(decoder_.read_key());
    const Ref value(key ? read(item_node) : nullptr);
    if (!value || PyDict_SetItem(dict.get(), key.get(), value.get()) != 0) return nullptr;
  }
  decoder_.leave();
  return dict.release();
}

// What a record has beside its fields, none of which is there again.
PyObject* DeclaredDecoder::read_extra(const Record& record, std::uint32_t node) {
  Ref dict(read(node));
  if (!dict) return nullptr;
  Py_ssize_t cursor = 0;
  PyObject* key = nullptr;
  while (PyDict_Next(dict.get(), &cursor, &key, nullptr) != 0) {
    if (PySet_Contains(record.taken.get(), key) != 0) return nullptr;
  }
  return dict.release();
}

PyObject* DeclaredDecoder::read_numbered(std::uint32_t item_node) {
  std::size_t count = 0;
  if (!take_map_head(&count)) return nullptr;
  Ref dict(new_dict(count));
  CollisionGuard guard(count);
  for (std::size_t i = 0; dict && i < count; ++i) {
    const Ref text(decoder_.read_key());
    const Ref key(text ? number_of(text.get()) : nullptr);
    const Ref value(key ? read(item_node) : nullptr);
    if (!value || guard.add(key.get()) != CollisionGuard::Verdict::kFine ||
        PyDict_SetItem(dict.get(), key.get(), value.get()) != 0)
      return nullptr;
  }
  decoder_.leave();
  return dict.release();
}

bool DeclaredDecoder::open_extension(int type, Extension* extension, const std::byte** outer_end) {
  std::uint8_t tag = 0;
  if (!decoder_.read_tag(tag) || !is_ext_tag(tag)) return false;
  std::size_t size = std::size_t{1} << ((tag - kFixext1) & 0x07);
  if (tag <= kExt32 && !decoder_.take_length(tag - kExt8, size)) return false;
  return decoder_.take_ext(tag, size, extension) && extension->type == type &&
         decoder_.open_body(*extension, outer_end);
}

// Whether the one on the wire is frozen says only what it was before.
PyObject* DeclaredDecoder::read_set(std::uint32_t item_node, bool frozen) {
  Extension extension{};
  const std::byte* outer_end = nullptr;
  if (!open_extension(wire::kExtSet, &extension, &outer_end)) return nullptr;
  if (decoder_.left() == 0 || *decoder_.at_ > std::byte{1}) return nullptr;
  decoder_.at_ += 1;
  std::size_t count = 0;
  if (!decoder_.take_array_head(extension, &count)) return nullptr;
  Ref set(frozen ? PyFrozenSet_New(nullptr) : PySet_New(nullptr));
  CollisionGuard guard(count);
  for (std::size_t i = 0; set && i < count; ++i) {
    const Ref item(read(item_node));
    if (!item || !decoder_.add_item(set.get(), item.get(), extension, guard)) return nullptr;
  }
  decoder_.leave();
  return set && decoder_.close_body(extension, outer_end) ? set.release() : nullptr;
}

PyObject* DeclaredDecoder::read_map(const MapType& type) {
  Extension extension{};
  const std::byte* outer_end = nullptr;
  std::size_t count = 0;
  if (!open_extension(wire::kExtMap, &extension, &outer_end) ||
      !decoder_.take_map_head(extension, &count))
    return nullptr;
  PyObject* const map_class = decoder_.hosts_.get(Host::kMap);
  Ref map(map_class == nullptr ? nullptr : PyObject_CallNoArgs(map_class));
  CollisionGuard guard(count);
  for (std::size_t i = 0; map && i < count; ++i) {
    const Ref key(read(type.key));
    const Ref value(key ? read(type.value) : nullptr);
    const Py_ssize_t before = PyDict_Size(map.get());
    // Of two equal keys the general way says what is wrong.
    if (!value || guard.add(key.get()) != CollisionGuard::Verdict::kFine ||
        PyDict_SetItem(map.get(), key.get(), value.get()) != 0 || PyDict_Size(map.get()) == before)
      return nullptr;
  }
  decoder_.leave();
  return map && decoder_.close_body(extension, outer_end) ? map.release() : nullptr;
}

}  // namespace ringsnake::python
