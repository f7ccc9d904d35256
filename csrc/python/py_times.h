// Moments in datetime's own C API, which is not in the limited one: there its classes are asked by
// arithmetic and attributes. Needs the GIL.
#pragma once

#include <Python.h>
#ifndef Py_LIMITED_API
#include <datetime.h>
#endif

#include <chrono>
#include <cstdint>
#include <optional>

namespace ringsnake::python {

// Since 1970 in UTC.
struct Moment {
  std::int64_t seconds;
  std::uint32_t microseconds;
};

#ifdef Py_LIMITED_API

inline constexpr bool kHasDatetimes = false;

// A datetime in UTC; nullptr, with or without an exception, where it has to be made in another way.
// `api`: datetime's capsule. REQUIRES: within datetime's years.
inline PyObject* make_datetime(PyObject*, Moment) { return nullptr; }
// When it is, if it is just a datetime, in UTC.
inline std::optional<Moment> moment_of(PyObject*, PyObject*) { return std::nullopt; }

#else

inline constexpr bool kHasDatetimes = true;

namespace detail {

inline const PyDateTime_CAPI* datetimes(PyObject* api) {
  return static_cast<const PyDateTime_CAPI*>(PyCapsule_GetPointer(api, PyDateTime_CAPSULE_NAME));
}

}  // namespace detail

inline PyObject* make_datetime(PyObject* api, Moment moment) {
  const PyDateTime_CAPI* const functions = detail::datetimes(api);
  if (functions == nullptr) return nullptr;
  const std::chrono::sys_seconds time{std::chrono::seconds(moment.seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return functions->DateTime_FromDateAndTime(
      static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
      static_cast<int>(static_cast<unsigned>(date.day())), static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
      static_cast<int>(moment.microseconds), functions->TimeZone_UTC, functions->DateTimeType);
}

inline std::optional<Moment> moment_of(PyObject* api, PyObject* value) {
  const PyDateTime_CAPI* const functions = detail::datetimes(api);
  if (functions == nullptr || Py_TYPE(value) != functions->DateTimeType ||
      PyDateTime_DATE_GET_TZINFO(value) != functions->TimeZone_UTC)
    return std::nullopt;
  const std::chrono::year_month_day date(
      std::chrono::year(PyDateTime_GET_YEAR(value)),
      std::chrono::month(static_cast<unsigned>(PyDateTime_GET_MONTH(value))),
      std::chrono::day(static_cast<unsigned>(PyDateTime_GET_DAY(value))));
  const std::chrono::sys_seconds time = std::chrono::sys_days(date) +
                                        std::chrono::hours(PyDateTime_DATE_GET_HOUR(value)) +
                                        std::chrono::minutes(PyDateTime_DATE_GET_MINUTE(value)) +
                                        std::chrono::seconds(PyDateTime_DATE_GET_SECOND(value));
  return Moment{time.time_since_epoch().count(),
                static_cast<std::uint32_t>(PyDateTime_DATE_GET_MICROSECOND(value))};
}

#endif

}  // namespace ringsnake::python
