// The hot steps of codec and calls, twice: as the full C API of one CPython has them, inline, and
// with the limited API, by calls. The two builds differ here, in result_room.h, in slot.h and in
// py_times.h, and nowhere else. What needs more than the limited API tells says no there, and its
// caller goes the general way. Every function needs the GIL.
#pragma once

#include <Python.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

#include "py_ref.h"

namespace ringsnake::python {

// What a context variable is in a context.
struct Binding {
  PyObject* variable;
  PyObject* value;
};

// How a str lies in memory.
struct StoredText {
  enum class Form : std::uint8_t { kUnknown, kLatin1, kUcs2 };
  Form form = Form::kUnknown;
  const void* data = nullptr;
  std::size_t length = 0;  // in characters
};

#ifdef Py_LIMITED_API

inline constexpr char kBuild[] = "abi3";

// REQUIRES: a float, or of a subclass.
inline double float_value(PyObject* value) { return PyFloat_AsDouble(value); }

// Whether it is an int of a few bits, which is then `*out`. REQUIRES: an int, or of a subclass.
inline bool small_int(PyObject*, long long*) { return false; }

// REQUIRES: of that type, or of a subclass.
inline Py_ssize_t list_size(PyObject* list) { return PyList_Size(list); }
inline Py_ssize_t tuple_size(PyObject* tuple) { return PyTuple_Size(tuple); }
inline Py_ssize_t dict_size(PyObject* dict) { return PyDict_Size(dict); }

// Borrowed; nullptr beyond the end, maybe with an exception set.
inline PyObject* list_item(PyObject* list, Py_ssize_t i) { return PyList_GetItem(list, i); }
inline PyObject* tuple_item(PyObject* tuple, Py_ssize_t i) { return PyTuple_GetItem(tuple, i); }

// Into a list or tuple that is being made. Takes the item over. REQUIRES: within its size.
inline bool fill_list(PyObject* list, Py_ssize_t i, PyObject* item) {
  return PyList_SetItem(list, i, item) == 0;
}
inline bool fill_tuple(PyObject* tuple, Py_ssize_t i, PyObject* item) {
  return PyTuple_SetItem(tuple, i, item) == 0;
}

// REQUIRES: `bytes`, or of a subclass.
inline std::span<const char> bytes_of(PyObject* bytes) {
  return {PyBytes_AsString(bytes), static_cast<std::size_t>(PyBytes_Size(bytes))};
}

// A str of ASCII only; without data if it is another, or nobody can say. As long as the str lives.
inline std::span<const char> ascii_of(PyObject*) { return {}; }

inline StoredText stored_text(PyObject*) { return {}; }

// REQUIRES: just a str, of no subclass. -1 with an exception set.
inline Py_hash_t text_hash(PyObject* text) { return PyObject_Hash(text); }
inline bool same_text(PyObject* one, PyObject* other) { return PyUnicode_Compare(one, other) == 0; }

// With room for so many members. New reference.
inline PyObject* new_dict(std::size_t) { return PyDict_New(); }
// With room for the members of another; it may have them already. New reference.
inline PyObject* new_dict_like(PyObject* other) {
  constexpr Py_ssize_t kFew = 5;  // for which CPython makes room anyway
  return PyDict_Size(other) > kFew ? PyDict_Copy(other) : PyDict_New();
}

// The key at about that place, borrowed; nullptr where nobody can say. A hint, to tell dicts apart.
inline PyObject* key_near(PyObject*, Py_ssize_t) { return nullptr; }

// A str of ASCII, or of UTF-16 without surrogates that no narrower form holds. New reference;
// nullptr without an exception if it is not that, or nobody can say cheaply.
inline PyObject* text_from_ascii(std::span<const std::byte>) { return nullptr; }
inline PyObject* text_from_ucs2(std::span<const std::byte>) { return nullptr; }

// Whether call_in_context() can be had.
inline constexpr bool kHasContexts = false;

// Calls `function` with the items of a list, in a copy of the current context that has the binding.
// New reference, or null with an exception set. `*context` is the copy.
inline PyObject* call_in_context(const Binding&, PyObject*, PyObject*, Ref*) {
  PyErr_BadInternalCall();
  return nullptr;
}

// Calls `function` with the items of a list. New reference, or null with an exception set.
inline PyObject* call_with_list(PyObject* function, PyObject* args) {
  const Ref items(PyList_AsTuple(args));
  return items ? PyObject_Call(function, items.get(), nullptr) : nullptr;
}

// Whether it runs in a frame of its own, where interrupts see it. False where nobody can say.
inline bool has_own_frame(PyObject*) { return false; }

// An attribute that no code of anybody's gives. New reference; null without an exception if there
// is none, or nobody can say.
inline PyObject* attribute_without_code(PyObject*, PyObject*) { return nullptr; }

// Calls `function` with what lies at `items`; the place before those is used, too. New reference,
// or null with an exception set.
inline PyObject* call_with_items(PyObject*, PyObject**, std::size_t) {
  PyErr_BadInternalCall();
  return nullptr;
}

// Whether `await` takes it.
inline bool awaits(PyObject*) { return false; }

// Copies of `base`, in which functions run one at a time: as most leave it as it was, the next one
// gets the same again. `*spare` is null, or one that is as good as new.
inline PyObject* enter_copy(PyObject*, PyObject**) {
  PyErr_BadInternalCall();
  return nullptr;
}
inline void exit_copy(PyObject*, Ref, PyObject**) {}

// See thread_depth.h.
inline void limit_recursion(int) {}

#else

inline constexpr char kBuild[] = "full";

inline double float_value(PyObject* value) { return PyFloat_AS_DOUBLE(value); }

inline bool small_int(PyObject* value, long long* out) {
#if PY_VERSION_HEX >= 0x030C0000
  const auto* const number = reinterpret_cast<PyLongObject*>(value);
  if (PyUnstable_Long_IsCompact(number) == 0) return false;
  *out = PyUnstable_Long_CompactValue(number);
#else
  // The sign of the size is the number's, its magnitude the count of digits.
  const Py_ssize_t size = Py_SIZE(value);
  if (size < -1 || size > 1) return false;
  *out = size * static_cast<long long>(reinterpret_cast<PyLongObject*>(value)->ob_digit[0]);
#endif
  return true;
}

inline Py_ssize_t list_size(PyObject* list) { return PyList_GET_SIZE(list); }
inline Py_ssize_t tuple_size(PyObject* tuple) { return PyTuple_GET_SIZE(tuple); }
inline Py_ssize_t dict_size(PyObject* dict) { return PyDict_GET_SIZE(dict); }

inline PyObject* list_item(PyObject* list, Py_ssize_t i) {
  return i < PyList_GET_SIZE(list) ? PyList_GET_ITEM(list, i) : nullptr;
}
inline PyObject* tuple_item(PyObject* tuple, Py_ssize_t i) { return PyTuple_GET_ITEM(tuple, i); }

inline bool fill_list(PyObject* list, Py_ssize_t i, PyObject* item) {
  PyList_SET_ITEM(list, i, item);
  return true;
}
inline bool fill_tuple(PyObject* tuple, Py_ssize_t i, PyObject* item) {
  PyTuple_SET_ITEM(tuple, i, item);
  return true;
}

inline std::span<const char> bytes_of(PyObject* bytes) {
  return {PyBytes_AS_STRING(bytes), static_cast<std::size_t>(PyBytes_GET_SIZE(bytes))};
}

// Whether its characters lie where they are looked for: until 3.11 not in a str from a past API.
inline bool is_ready(PyObject* text) {
#if PY_VERSION_HEX < 0x030C0000
  return PyUnicode_IS_READY(text);
#else
  return text != nullptr;
#endif
}

[[gnu::always_inline]] inline std::span<const char> ascii_of(PyObject* text) {
  if (!is_ready(text) || !PyUnicode_IS_ASCII(text)) return {};
  return {static_cast<const char*>(PyUnicode_DATA(text)),
          static_cast<std::size_t>(PyUnicode_GET_LENGTH(text))};
}

inline StoredText stored_text(PyObject* text) {
  if (!is_ready(text)) return {};
  const auto length = static_cast<std::size_t>(PyUnicode_GET_LENGTH(text));
  switch (PyUnicode_KIND(text)) {
    case PyUnicode_1BYTE_KIND:
      return {StoredText::Form::kLatin1, PyUnicode_DATA(text), length};
    case PyUnicode_2BYTE_KIND:
      return {StoredText::Form::kUcs2, PyUnicode_DATA(text), length};
    default:
      return {};
  }
}

namespace detail {

constexpr std::uint64_t kHighBits = 0x8080808080808080;

// Its bytes read once, in two words that may overlap. REQUIRES: sizeof(Word) to twice that.
template <typename Word>
PyObject* text_from_ends(std::span<const std::byte> bytes) {
  Word first;
  Word last;
  const std::size_t behind = bytes.size() - sizeof last;
  std::memcpy(&first, bytes.data(), sizeof first);
  std::memcpy(&last, bytes.data() + behind, sizeof last);
  if (((first | last) & static_cast<Word>(kHighBits)) != 0) return nullptr;
  PyObject* const text = PyUnicode_New(static_cast<Py_ssize_t>(bytes.size()), 0x7f);
  if (text == nullptr) {
    PyErr_Clear();
    return nullptr;
  }
  auto* const to = static_cast<std::byte*>(PyUnicode_DATA(text));
  std::memcpy(to, &first, sizeof first);
  std::memcpy(to + behind, &last, sizeof last);
  return text;
}

using Lane = std::uint64_t __attribute__((vector_size(16)));

// Whether all that was copied is ASCII. REQUIRES: at least two lanes.
inline bool copy_ascii(std::byte* to, const std::byte* from, std::size_t size) {
  constexpr std::size_t kBlock = 2 * sizeof(Lane);
  Lane all{};
  Lane lanes[2];
  const auto copy = [&](std::size_t at) {
    std::memcpy(lanes, from + at, kBlock);
    std::memcpy(to + at, lanes, kBlock);
    all |= lanes[0] | lanes[1];
  };
  for (std::size_t at = 0; at + kBlock <= size; at += kBlock) copy(at);
  copy(size - kBlock);
  return ((all[0] | all[1]) & kHighBits) == 0;
}

}  // namespace detail

inline Py_hash_t text_hash(PyObject* text) {
  const Py_hash_t known = reinterpret_cast<PyASCIIObject*>(text)->hash;
  return known != -1 ? known : PyObject_Hash(text);
}

inline bool same_text(PyObject* one, PyObject* other) {
  if (one == other) return true;
  if (!is_ready(one) || !is_ready(other)) return PyUnicode_Compare(one, other) == 0;
  const auto length = static_cast<std::size_t>(PyUnicode_GET_LENGTH(one));
  const auto kind = static_cast<std::size_t>(PyUnicode_KIND(one));  // bytes of a character
  return static_cast<std::size_t>(PyUnicode_GET_LENGTH(other)) == length &&
         static_cast<std::size_t>(PyUnicode_KIND(other)) == kind &&
         std::memcmp(PyUnicode_DATA(one), PyUnicode_DATA(other), length * kind) == 0;
}

// By a cursor that is made up: CPython compares it with the table's end.
inline PyObject* key_near(PyObject* dict, Py_ssize_t place) {
  PyObject* key = nullptr;
  return PyDict_Next(dict, &place, &key, nullptr) != 0 ? key : nullptr;
}

inline PyObject* new_dict(std::size_t count) {
#if PY_VERSION_HEX < 0x030E0000
  // CPython makes room for five anyway. The function is not for everyone, and may go.
  if (count > 5) return _PyDict_NewPresized(static_cast<Py_ssize_t>(count));
#endif
  return PyDict_New();
}

inline PyObject* new_dict_like(PyObject* other) {
  return new_dict(static_cast<std::size_t>(PyDict_GET_SIZE(other)));
}

// Both look at the copy, whatever becomes of the message meanwhile.
inline PyObject* text_from_ascii(std::span<const std::byte> bytes) {
  const std::size_t size = bytes.size();
  // CPython has each str of fewer than two characters already.
  if (size < sizeof(std::uint16_t)) return nullptr;
  if (size < sizeof(std::uint32_t)) return detail::text_from_ends<std::uint16_t>(bytes);
  if (size < sizeof(std::uint64_t)) return detail::text_from_ends<std::uint32_t>(bytes);
  if (size <= 2 * sizeof(std::uint64_t)) return detail::text_from_ends<std::uint64_t>(bytes);
  std::uint64_t first = 0;
  std::memcpy(&first, bytes.data(), sizeof first);
  if ((first & detail::kHighBits) != 0) return nullptr;
  PyObject* const text = PyUnicode_New(static_cast<Py_ssize_t>(size), 0x7f);
  if (text == nullptr) {
    PyErr_Clear();
    return nullptr;
  }
  auto* const to = static_cast<std::byte*>(PyUnicode_DATA(text));
  bool is_ascii = false;
  if (size < 2 * sizeof(detail::Lane)) {
    std::uint64_t words[4];
    const std::size_t half = sizeof words / 2;
    std::memcpy(words, bytes.data(), half);
    std::memcpy(words + 2, bytes.data() + size - half, half);
    std::memcpy(to, words, half);
    std::memcpy(to + size - half, words + 2, half);
    is_ascii = ((words[0] | words[1] | words[2] | words[3]) & detail::kHighBits) == 0;
  } else {
    is_ascii = detail::copy_ascii(to, bytes.data(), size);
  }
  if (is_ascii) return text;
  Py_DECREF(text);
  return nullptr;
}

inline constexpr bool kHasContexts = true;

// Fails only for a context that is not the current one, which the function has left then: what it
// raised stands.
inline bool exit_context(PyObject* context) {
  if (PyErr_Occurred() == nullptr) {
    if (PyContext_Exit(context) == 0) return true;
    PyErr_Clear();
    return false;
  }
  PyObject* type = nullptr;
  PyObject* error = nullptr;
  PyObject* traceback = nullptr;
  PyErr_Fetch(&type, &error, &traceback);
  const bool has_left = PyContext_Exit(context) == 0;
  if (!has_left) PyErr_Clear();
  PyErr_Restore(type, error, traceback);
  return has_left;
}

inline PyObject* call_with_list(PyObject* function, PyObject* args) {
  return PyObject_Vectorcall(function, reinterpret_cast<PyListObject*>(args)->ob_item,
                             static_cast<std::size_t>(PyList_GET_SIZE(args)), nullptr);
}

inline bool has_own_frame(PyObject* function) {
  if (PyMethod_Check(function)) function = PyMethod_GET_FUNCTION(function);
  return PyFunction_Check(function);
}

// Modules and most objects leave it to CPython, which looks into the class and into their own dict.
// What stands in the class runs code only if it is a descriptor; `__slots__` have CPython's own.
inline PyObject* attribute_without_code(PyObject* subject, PyObject* name) {
  PyTypeObject* const type = Py_TYPE(subject);
  const bool is_module = PyModule_CheckExact(subject) != 0;
  if (!is_module && type->tp_getattro != PyObject_GenericGetAttr) return nullptr;
  PyObject* const in_class = _PyType_Lookup(type, name);
  if (in_class != nullptr && Py_TYPE(in_class) != &PyMemberDescr_Type &&
      (Py_TYPE(in_class)->tp_descr_get != nullptr || Py_TYPE(in_class)->tp_descr_set != nullptr)) {
    return nullptr;
  }
  PyObject* value = nullptr;
  if (!is_module) {
    value = PyObject_GenericGetAttr(subject, name);
  } else if (in_class == nullptr) {
    value = Py_XNewRef(PyDict_GetItemWithError(PyModule_GetDict(subject), name));
  }
  if (value == nullptr) PyErr_Clear();
  return value;
}

inline PyObject* call_in_context(const Binding& binding, PyObject* function, PyObject* args,
                                 Ref* context) {
  *context = Ref(PyContext_CopyCurrent());
  if (!*context || PyContext_Enter(context->get()) != 0) return nullptr;
  const Ref token(PyContextVar_Set(binding.variable, binding.value));
  Ref result(token ? call_with_list(function, args) : nullptr);
  exit_context(context->get());
  return result.release();
}

inline PyObject* call_with_items(PyObject* function, PyObject** items, std::size_t count) {
  // Without the object that binds it, and so without a copy of the items.
  if (PyMethod_Check(function)) {
    items[-1] = PyMethod_GET_SELF(function);
    return PyObject_Vectorcall(PyMethod_GET_FUNCTION(function), items - 1, count + 1, nullptr);
  }
  return PyObject_Vectorcall(function, items, count | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr);
}

inline bool awaits(PyObject* value) {
  const auto* const methods = Py_TYPE(value)->tp_as_async;
  return methods != nullptr && methods->am_await != nullptr;
}

// What a context that nobody is in refers to: its variables, which nobody changes but by putting
// others in their place.
inline PyObject* variables_of(PyObject* context) {
  const auto take = [](PyObject* visited, void* out) {
    *static_cast<PyObject**>(out) = visited;
    return 0;
  };
  PyObject* last = nullptr;
  Py_TYPE(context)->tp_traverse(context, take, static_cast<void*>(&last));
  return last;
}

inline PyObject* enter_copy(PyObject* base, PyObject** spare) {
  Ref context(*spare != nullptr ? std::exchange(*spare, nullptr) : PyContext_Copy(base));
  return context && PyContext_Enter(context.get()) == 0 ? context.release() : nullptr;
}

inline void exit_copy(PyObject* base, Ref context, PyObject** spare) {
  const PyObject* const before = variables_of(base);
  const bool is_as_new = exit_context(context.get()) && Py_REFCNT(context.get()) == 1 &&
                         before != nullptr && variables_of(context.get()) == before;
  if (is_as_new && *spare == nullptr) *spare = context.release();
}

inline void limit_recursion([[maybe_unused]] int levels) {
  PyThreadState* const thread = PyThreadState_Get();
#if PY_VERSION_HEX >= 0x030E0000
  // It looks at the stack itself.
  static_cast<void>(thread);
#elif PY_VERSION_HEX >= 0x030C0000
  if (thread->c_recursion_remaining > levels) thread->c_recursion_remaining = levels;
#else
  // One count for calls in Python and in C.
  if (thread->recursion_limit <= levels) return;
  thread->recursion_remaining -= thread->recursion_limit - levels;
  thread->recursion_limit = levels;
#endif
}

inline PyObject* text_from_ucs2(std::span<const std::byte> bytes) {
  const std::size_t length = bytes.size() / sizeof(Py_UCS2);
  if (length < 2) return nullptr;
  PyObject* const text = PyUnicode_New(static_cast<Py_ssize_t>(length), 0xffff);
  if (text == nullptr) {
    PyErr_Clear();
    return nullptr;
  }
  Py_UCS2* const copy = PyUnicode_2BYTE_DATA(text);
  std::memcpy(copy, bytes.data(), length * sizeof(Py_UCS2));
  unsigned all = 0;
  unsigned surrogates = 0;
  for (std::size_t i = 0; i < length; ++i) {
    all |= copy[i];
    surrogates |= (copy[i] & 0xf800U) == 0xd800 ? 1U : 0U;
  }
  if (all > 0xff && surrogates == 0) return text;
  Py_DECREF(text);
  return nullptr;
}

#endif

}  // namespace ringsnake::python
