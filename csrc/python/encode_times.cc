// datetime's classes are asked by arithmetic and attributes: its C API is not in the limited API.
#include "encoder.h"
#include "py_times.h"

namespace ringsnake::python {

bool Encoder::read_number(PyObject* object, Host name, std::int64_t* out) {
  PyObject* const interned = hosts_.get(name);
  const Ref number(interned == nullptr ? nullptr : PyObject_GetAttr(object, interned));
  if (!number) return false;
  *out = PyLong_AsLongLong(number.get());
  return *out != -1 || PyErr_Occurred() == nullptr;
}

bool Encoder::read_timedelta(PyObject* delta, Delta* out) {
  return read_number(delta, Host::kNameDays, &out->days) &&
         read_number(delta, Host::kNameSeconds, &out->seconds) &&
         read_number(delta, Host::kNameMicroseconds, &out->microseconds);
}

bool Encoder::read_since(PyObject* value, Host epoch, Delta* out) {
  PyObject* const start = hosts_.get(epoch);
  const Ref delta(start == nullptr ? nullptr : PyNumber_Subtract(value, start));
  return delta && read_timedelta(delta.get(), out);
}

bool Encoder::write_datetime(PyObject* value) {
  if constexpr (kHasDatetimes) {
    PyObject* const api = hosts_.get_if_loaded(Host::kDatetimeApi);
    if (api == nullptr && PyErr_Occurred() != nullptr) return false;
    const auto moment = api == nullptr ? std::nullopt : moment_of(api, value);
    if (moment) return write_moment(moment->seconds, moment->microseconds * 1000);
  }
  PyObject* const utc = hosts_.get(Host::kUtc);
  PyObject* const datetime = hosts_.get(Host::kDatetime);
  PyObject* const name = hosts_.get(Host::kNameTzinfo);
  if (utc == nullptr || datetime == nullptr || name == nullptr) return false;
  Ref exact(Py_NewRef(value));
  if (reinterpret_cast<PyObject*>(Py_TYPE(value)) != datetime) {
    PyObject* const exact_datetime = hosts_.get(Host::kExactDatetime);
    if (exact_datetime == nullptr) return false;
    exact = Ref(PyObject_CallFunctionObjArgs(exact_datetime, value, nullptr));
    if (!exact) return fail_from_current("a %U cannot cross: %U", value);
  }
  const Ref tzinfo(PyObject_GetAttr(exact.get(), name));
  if (!tzinfo) return false;
  if (tzinfo.get() == Py_None) return write_plain_datetime(exact.get());
  if (tzinfo.get() != utc) return write_zoned(exact.get());
  Delta since{};
  return read_since(exact.get(), Host::kEpochUtc, &since) &&
         write_moment(since.whole_seconds(), static_cast<std::uint32_t>(since.microseconds * 1000));
}

bool Encoder::write_moment(std::int64_t seconds, std::uint32_t nanoseconds) {
  constexpr int kSecondsBits = 34;
  const auto bits = static_cast<std::uint64_t>(seconds);
  if (bits >> kSecondsBits != 0) {
    std::byte* const at = write_small_ext(kExtTimestamp, 12);
    if (at == nullptr) return false;
    store_big_endian(at, nanoseconds);
    store_big_endian(at + 4, bits);
    return true;
  }
  if (nanoseconds == 0 && bits <= 0xffffffff) {
    std::byte* const at = write_small_ext(kExtTimestamp, 4);
    if (at != nullptr) store_big_endian(at, static_cast<std::uint32_t>(bits));
    return at != nullptr;
  }
  std::byte* const at = write_small_ext(kExtTimestamp, 8);
  if (at != nullptr) store_big_endian(at, std::uint64_t{nanoseconds} << kSecondsBits | bits);
  return at != nullptr;
}

bool Encoder::write_timestamp(PyObject* value) {
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;
  return read_number(value, Host::kNameSeconds, &seconds) &&
         read_number(value, Host::kNameNanoseconds, &nanoseconds) &&
         write_moment(seconds, static_cast<std::uint32_t>(nanoseconds));
}

bool Encoder::write_plain_datetime(PyObject* value) {
  Delta since{};
  std::int64_t fold = 0;
  if (!read_since(value, Host::kEpoch, &since) || !read_number(value, Host::kNameFold, &fold))
    return false;
  std::byte* const at = write_small_ext(wire::kExtPlain, 10);
  if (at == nullptr) return false;
  at[0] = static_cast<std::byte>(wire::kPlainDatetime);
  store_little_endian(at + 1, since.in_microseconds());
  at[9] = static_cast<std::byte>(fold);
  return true;
}

bool Encoder::write_zoned(PyObject* value) {
  PyObject* const zoned_parts = hosts_.get(Host::kZonedParts);
  if (zoned_parts == nullptr) return false;
  const Ref parts(PyObject_CallFunctionObjArgs(zoned_parts, value, nullptr));
  if (!parts) return fail_from_current("a %U cannot cross: %U", value);
  long long microseconds = 0;
  int offset = 0;
  int fold = 0;
  const char* zone = nullptr;
  Py_ssize_t size = 0;
  if (PyArg_ParseTuple(parts.get(), "Liis#", &microseconds, &offset, &fold, &zone, &size) == 0)
    return fail_from_current("a %U cannot cross: %U", value);
  constexpr std::size_t kFixedPart = 13;
  const auto length = static_cast<std::size_t>(size);
  std::array<std::byte, kFixedPart> fixed{};
  store_little_endian(fixed.data(), std::int64_t{microseconds});
  store_little_endian(fixed.data() + 8, std::int32_t{offset});
  fixed[12] = static_cast<std::byte>(fold);
  return write_ext_head(wire::kExtZoned, kFixedPart + length) && copy(fixed.data(), kFixedPart) &&
         copy(zone, length);
}

bool Encoder::write_date(PyObject* value) {
  constexpr long kEpochOrdinal = 719'163;
  const Ref ordinal(PyObject_CallMethod(value, "toordinal", nullptr));
  if (!ordinal) return fail_from_current("a %U cannot cross: %U", value);
  const long days = PyLong_AsLong(ordinal.get());
  if (days == -1 && PyErr_Occurred() != nullptr) return false;
  std::byte* const at = write_small_ext(wire::kExtPlain, 5);
  if (at == nullptr) return false;
  at[0] = static_cast<std::byte>(wire::kPlainDate);
  store_little_endian(at + 1, static_cast<std::int32_t>(days - kEpochOrdinal));
  return true;
}

bool Encoder::write_time(PyObject* value) {
  constexpr Host kParts[] = {Host::kNameHour, Host::kNameMinute, Host::kNameSecond,
                             Host::kNameMicrosecond};
  constexpr std::int64_t kScales[] = {60, 60, 1'000'000, 1};
  std::int64_t microseconds = 0;
  for (std::size_t i = 0; i < std::size(kParts); ++i) {
    std::int64_t part = 0;
    if (!read_number(value, kParts[i], &part)) return false;
    microseconds = (microseconds + part) * kScales[i];
  }
  std::int64_t fold = 0;
  PyObject* const name = hosts_.get(Host::kNameTzinfo);
  if (name == nullptr || !read_number(value, Host::kNameFold, &fold)) return false;
  const Ref tzinfo(PyObject_GetAttr(value, name));
  if (!tzinfo) return false;
  const bool has_offset = tzinfo.get() != Py_None;
  long offset = 0;
  if (has_offset) {
    PyObject* const time_offset = hosts_.get(Host::kTimeOffset);
    if (time_offset == nullptr) return false;
    const Ref seconds(PyObject_CallFunctionObjArgs(time_offset, value, nullptr));
    if (!seconds) return fail_from_current("a %U cannot cross: %U", value);
    offset = PyLong_AsLong(seconds.get());
    if (offset == -1 && PyErr_Occurred() != nullptr) return false;
  }
  std::byte* const at = write_small_ext(wire::kExtPlain, has_offset ? 14 : 10);
  if (at == nullptr) return false;
  at[0] = static_cast<std::byte>(wire::kPlainTime);
  store_little_endian(at + 1, microseconds);
  at[9] = static_cast<std::byte>(fold);
  if (has_offset) store_little_endian(at + 10, static_cast<std::int32_t>(offset));
  return true;
}

bool Encoder::write_timedelta(PyObject* value) {
  // pandas has a subclass that is finer than microseconds.
  Delta delta{};
  std::int64_t nanoseconds = 0;
  PyObject* const timedelta = hosts_.get(Host::kTimedelta);
  if (timedelta == nullptr || !read_timedelta(value, &delta)) return false;
  if (reinterpret_cast<PyObject*>(Py_TYPE(value)) != timedelta) {
    if (!read_number(value, Host::kNameNanoseconds, &nanoseconds)) PyErr_Clear();
    if (nanoseconds != 0) return fail("a timedelta with nanoseconds cannot cross");
  }
  std::byte* const at = write_small_ext(wire::kExtPlain, 13);
  if (at == nullptr) return false;
  at[0] = static_cast<std::byte>(wire::kPlainTimedelta);
  store_little_endian(at + 1, static_cast<std::int32_t>(delta.days));
  store_little_endian(at + 5, static_cast<std::uint32_t>(delta.seconds));
  store_little_endian(at + 9, static_cast<std::uint32_t>(delta.microseconds));
  return true;
}

}  // namespace ringsnake::python
