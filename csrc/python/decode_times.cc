// Times are made by datetime's own arithmetic, which knows the calendar: its C API is not in the
// limited API. Moments, which are frequent, are made by that where it can be had.
#include "decoder.h"
#include "private_copy.h"
#include "py_times.h"

namespace ringsnake::python {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::int64_t kSecond = 1'000'000;  // in microseconds
constexpr std::int64_t kDay = kDaySeconds * kSecond;
constexpr std::int64_t kMinSeconds = -62'135'596'800;  // year 1
constexpr std::int64_t kMaxSeconds = 253'402'300'799;  // year 9999
constexpr std::int64_t kMinDays = kMinSeconds / kDaySeconds;
constexpr std::int64_t kMaxDays = (kMaxSeconds + 1) / kDaySeconds - 1;
constexpr std::int64_t kMaxDelta = 999'999'999;  // days

struct Split {
  std::int64_t quotient;
  std::int64_t remainder;  // never negative
};

Split floor_divide(std::int64_t value, std::int64_t by) {
  const std::int64_t rest = value % by;
  return rest < 0 ? Split{value / by - 1, rest + by} : Split{value / by, rest};
}

bool is_offset(std::int32_t seconds) { return seconds > -kDaySeconds && seconds < kDaySeconds; }

}  // namespace

PyObject* Decoder::make_timedelta(std::int64_t days, std::int64_t seconds,
                                  std::int64_t microseconds) {
  PyObject* const timedelta = hosts_.get(Host::kTimedelta);
  if (timedelta == nullptr) return nullptr;
  const Ref day(PyLong_FromLongLong(days));
  const Ref second(PyLong_FromLongLong(seconds));
  const Ref microsecond(PyLong_FromLongLong(microseconds));
  if (!day || !second || !microsecond) return nullptr;
  return PyObject_CallFunctionObjArgs(timedelta, day.get(), second.get(), microsecond.get(),
                                      nullptr);
}

PyObject* Decoder::read_moment(const Extension& extension) {
  constexpr std::uint32_t kNanosecondsEnd = 1'000'000'000;
  constexpr int kSecondsBits = 34;
  const Body body = extension.body;
  std::int64_t seconds = 0;
  std::uint64_t nanoseconds = 0;
  bool shortest = true;
  if (body.size() == 4) {
    seconds = load_big_endian<std::uint32_t>(body.data());
  } else if (body.size() == 8) {
    const auto bits = load_big_endian<std::uint64_t>(body.data());
    seconds = static_cast<std::int64_t>(bits & ((std::uint64_t{1} << kSecondsBits) - 1));
    nanoseconds = bits >> kSecondsBits;
    shortest = nanoseconds != 0 || seconds > 0xffffffff;
  } else if (body.size() == 12) {
    nanoseconds = load_big_endian<std::uint32_t>(body.data());
    const auto bits = load_big_endian<std::uint64_t>(body.data() + 4);
    seconds = static_cast<std::int64_t>(bits);
    shortest = bits >> kSecondsBits != 0;
  } else {
    shortest = false;
  }
  if (!shortest || nanoseconds >= kNanosecondsEnd) return malformed_ext(extension);
  return make_moment(seconds, static_cast<std::uint32_t>(nanoseconds));
}

PyObject* Decoder::make_moment(std::int64_t seconds, std::uint32_t nanoseconds) {
  if (nanoseconds % 1000 != 0 || seconds < kMinSeconds || seconds > kMaxSeconds) {
    PyObject* const timestamp = hosts_.get(Host::kTimestamp);
    if (timestamp == nullptr) return nullptr;
    const Ref second(PyLong_FromLongLong(seconds));
    const Ref nanosecond(PyLong_FromUnsignedLong(nanoseconds));
    if (!second || !nanosecond) return nullptr;
    return PyObject_CallFunctionObjArgs(timestamp, second.get(), nanosecond.get(), nullptr);
  }
  if constexpr (kHasDatetimes) {
    PyObject* const api = hosts_.get_if_loaded(Host::kDatetimeApi);
    if (api != nullptr) return make_datetime(api, {seconds, nanoseconds / 1000});
    if (PyErr_Occurred() != nullptr) return nullptr;
  }
  PyObject* const epoch = hosts_.get(Host::kEpochUtc);
  if (epoch == nullptr) return nullptr;
  const Split days = floor_divide(seconds, kDaySeconds);
  const Ref delta(make_timedelta(days.quotient, days.remainder, nanoseconds / 1000));
  return delta ? PyNumber_Add(epoch, delta.get()) : nullptr;
}

PyObject* Decoder::read_zoned(const Extension& extension) {
  constexpr std::size_t kFixedPart = 13;
  const Body body = extension.body;
  if (body.size() < kFixedPart) return malformed_ext(extension);
  const auto microseconds = load_little_endian<std::int64_t>(body.data());
  const auto offset = load_little_endian<std::int32_t>(body.data() + 8);
  const int fold = static_cast<int>(body[12]);
  if (!is_offset(offset) || fold > 1) return malformed_ext(extension);
  PyObject* const make_zoned = hosts_.get(Host::kMakeZoned);
  if (make_zoned == nullptr) return nullptr;
  const PrivateCopy zone(body.subspan(kFixedPart));
  if (!zone) return nullptr;
  const Ref name(PyUnicode_DecodeUTF8(reinterpret_cast<const char*>(zone.bytes().data()),
                                      static_cast<Py_ssize_t>(zone.bytes().size()), nullptr));
  PyObject* const value =
      name ? PyObject_CallFunction(make_zoned, "LiiO", static_cast<long long>(microseconds),
                                   static_cast<int>(offset), fold, name.get())
           : nullptr;
  return value != nullptr ? value : malformed_value(extension);
}

PyObject* Decoder::read_plain(const Extension& extension) {
  if (extension.body.empty()) return malformed_ext(extension);
  switch (static_cast<std::uint32_t>(extension.body[0])) {
    case wire::kPlainDatetime:
      return read_datetime(extension);
    case wire::kPlainDate:
      return read_date(extension);
    case wire::kPlainTime:
      return read_time(extension);
    case wire::kPlainTimedelta:
      return read_timedelta(extension);
    default:
      return malformed_ext(extension);
  }
}

PyObject* Decoder::read_datetime(const Extension& extension) {
  const Body body = extension.body;
  if (body.size() != 10 || body[9] > std::byte{1}) return malformed_ext(extension);
  const Split seconds = floor_divide(load_little_endian<std::int64_t>(body.data() + 1), kSecond);
  if (seconds.quotient < kMinSeconds || seconds.quotient > kMaxSeconds)
    return malformed_ext(extension);
  PyObject* const epoch = hosts_.get(Host::kEpoch);
  if (epoch == nullptr) return nullptr;
  const Split days = floor_divide(seconds.quotient, kDaySeconds);
  const Ref delta(make_timedelta(days.quotient, days.remainder, seconds.remainder));
  Ref value(delta ? PyNumber_Add(epoch, delta.get()) : nullptr);
  if (!value || body[9] == std::byte{0}) return value.release();
  const Ref replace(PyObject_GetAttrString(value.get(), "replace"));
  const Ref nothing(PyTuple_New(0));
  const Ref keywords(Py_BuildValue("{si}", "fold", 1));
  if (!replace || !nothing || !keywords) return nullptr;
  return PyObject_Call(replace.get(), nothing.get(), keywords.get());
}

PyObject* Decoder::read_date(const Extension& extension) {
  constexpr long kEpochOrdinal = 719'163;
  const Body body = extension.body;
  if (body.size() != 5) return malformed_ext(extension);
  const auto days = load_little_endian<std::int32_t>(body.data() + 1);
  if (days < kMinDays || days > kMaxDays) return malformed_ext(extension);
  PyObject* const date = hosts_.get(Host::kDate);
  return date == nullptr ? nullptr
                         : PyObject_CallMethod(date, "fromordinal", "l", days + kEpochOrdinal);
}

PyObject* Decoder::read_time(const Extension& extension) {
  const Body body = extension.body;
  const bool has_offset = body.size() == 14;
  if ((body.size() != 10 && !has_offset) || body[9] > std::byte{1}) return malformed_ext(extension);
  const auto microseconds = load_little_endian<std::int64_t>(body.data() + 1);
  if (microseconds < 0 || microseconds >= kDay) return malformed_ext(extension);
  Ref tzinfo(Py_NewRef(Py_None));
  if (has_offset) {
    const auto offset = load_little_endian<std::int32_t>(body.data() + 10);
    if (!is_offset(offset)) return malformed_ext(extension);
    PyObject* const timezone = hosts_.get(Host::kTimezone);
    const Ref delta(timezone == nullptr ? nullptr : make_timedelta(0, offset, 0));
    if (!delta) return nullptr;
    tzinfo = Ref(PyObject_CallFunctionObjArgs(timezone, delta.get(), nullptr));
    if (!tzinfo) return nullptr;
  }
  return make_time(microseconds, tzinfo.get(), body[9] != std::byte{0});
}

PyObject* Decoder::make_time(std::int64_t microseconds, PyObject* tzinfo, bool fold) {
  PyObject* const time = hosts_.get(Host::kTime);
  if (time == nullptr) return nullptr;
  const auto seconds = static_cast<int>(microseconds / kSecond);
  const Ref arguments(Py_BuildValue("(iiiiO)", seconds / 3600, seconds / 60 % 60, seconds % 60,
                                    static_cast<int>(microseconds % kSecond), tzinfo));
  const Ref keywords(Py_BuildValue("{si}", "fold", fold ? 1 : 0));
  if (!arguments || !keywords) return nullptr;
  return PyObject_Call(time, arguments.get(), keywords.get());
}

PyObject* Decoder::read_timedelta(const Extension& extension) {
  const Body body = extension.body;
  if (body.size() != 13) return malformed_ext(extension);
  const std::int64_t days = load_little_endian<std::int32_t>(body.data() + 1);
  const std::int64_t seconds = load_little_endian<std::uint32_t>(body.data() + 5);
  const std::int64_t microseconds = load_little_endian<std::uint32_t>(body.data() + 9);
  if (days < -kMaxDelta || days > kMaxDelta || seconds >= kDaySeconds || microseconds >= kSecond)
    return malformed_ext(extension);
  return make_timedelta(days, seconds, microseconds);
}

}  // namespace ringsnake::python
