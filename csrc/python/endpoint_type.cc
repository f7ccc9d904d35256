#include "endpoint_type.h"

#include <chrono>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "../core/frame.h"
#include "bulk_type.h"
#include "byte_sink.h"
#include "call_record_type.h"
#include "fast_arguments.h"
#include "fork_generation.h"
#include "frame_counts.h"
#include "host_objects.h"
#include "lack.h"
#include "message_bytes.h"
#include "open_endpoint.h"
#include "plain_calls.h"
#include "py_fast.h"
#include "raise_status.h"
#include "ring_statistics.h"
#include "schema_program.h"
#include "value_bulk.h"
#include "value_decoder.h"
#include "value_encoder.h"
#include "without_gil.h"

namespace ringsnake::python {
namespace {

// Longer than this is for ever.
constexpr double kLongestWaitSeconds = 1e9;
// Calls run by one receive(), so that what else the loop has to do is not held up.
constexpr int kPlainCallsAtOnce = 32;
// After each of them: some 2 µs in all. Node needs 0.5 µs from an answer to its next call, or 1 µs
// where the two CPUs share no cache.
constexpr int kLooksForMore = 4;

struct EndpointState {
  EndpointState(OpenedEndpoint opened, HostObjects& module_hosts)
      : owner(std::move(opened)), hosts(module_hosts) {}

  OpenedEndpoint owner;
  Endpoint& endpoint = *owner.endpoint;
  ForkGeneration generation;
  SpareBuffer spare;
  OutgoingBulk outgoing{endpoint};
  IncomingBulk incoming{owner.endpoint};
  Ref writers;  // dicts of the user's types; null without
  Ref readers;
  Ref references;  // see ringsnake._wire.references; null without
  PlainCalls plain;
  // Whether frames wait for room, which none may overtake.
  bool has_backlog = false;
  HostObjects& hosts;  // of the module, which the type keeps alive
  // While a value is written into claimed room or read from the ring, which its own code must not
  // take away.
  bool is_in_use = false;
  // Of the last attempt to send a frame.
  Lack lack;
  // Frames that were sent, or are to be, and that were received.
  FrameCounts sent;
  FrameCounts received;
};

struct EndpointObject {
  PyObject_HEAD EndpointState* state;  // null after close()
};

EndpointObject* as_endpoint(PyObject* self) { return reinterpret_cast<EndpointObject*>(self); }

std::nullptr_t raise_in_use() {
  PyErr_SetString(PyExc_RuntimeError, "a value that is being sent or received uses its channel");
  return nullptr;
}

// The state, or null with an exception set.
EndpointState* open_state(PyObject* self) {
  EndpointState* const state = as_endpoint(self)->state;
  if (state != nullptr && state->is_in_use) return raise_in_use();
  if (state != nullptr && state->generation.is_current()) return state;
  raise_text("ChannelClosedError",
             state == nullptr ? "the endpoint was closed"
                              : "the endpoint belongs to the process that forked this one");
  return nullptr;
}

PyObject* endpoint_new(PyTypeObject* type, PyObject* args, PyObject*) {
  auto* const hosts = static_cast<HostObjects*>(PyType_GetModuleState(type));
  OpenedEndpoint opened;
  if (hosts == nullptr || !open_endpoint(args, &opened)) return nullptr;
  const auto allocate = reinterpret_cast<allocfunc>(PyType_GetSlot(type, Py_tp_alloc));
  PyObject* const self = allocate(type, 0);
  if (self == nullptr) return nullptr;
  as_endpoint(self)->state = new (std::nothrow) EndpointState(std::move(opened), *hosts);
  if (as_endpoint(self)->state == nullptr) {
    Py_DECREF(self);
    return PyErr_NoMemory();
  }
  return self;
}

void endpoint_dealloc(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  delete as_endpoint(self)->state;
  reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

PyObject* endpoint_close(PyObject* self, PyObject*) {
  const EndpointState* const state = as_endpoint(self)->state;
  if (state != nullptr && state->is_in_use) return raise_in_use();
  delete std::exchange(as_endpoint(self)->state, nullptr);
  Py_RETURN_NONE;
}

// Sends an encoded frame by reference.
Lack send_large(Endpoint& endpoint, std::span<const std::byte> frame) {
  const auto room = endpoint.producer.try_claim(wire::kBulkReferenceBytes);
  if (!room) return Lack::of_room(wire::kBulkReferenceBytes);
  std::optional<BulkLender::Allocation> allocation;
  const bool failed = raise_if_failed(endpoint.try_allocate(frame.size(), &allocation));
  if (!allocation) {
    endpoint.producer.abort();
    return failed ? Lack::raised() : Lack::of_segment();
  }
  std::memcpy(allocation->payload.data(), frame.data(), frame.size());
  write_bulk_reference(room->data(), endpoint.lender.lend(allocation->number, frame.size()));
  endpoint.producer.commit(wire::kBulkReferenceBytes, RecordKind::kBulk);
  return Lack::nothing();
}

// The same for a frame of any size.
Lack send_copy(Endpoint& endpoint, std::span<const std::byte> frame) {
  if (frame.size() > endpoint.producer.max_payload()) return send_large(endpoint, frame);
  const auto length = static_cast<std::uint32_t>(frame.size());
  const auto room = endpoint.producer.try_claim(length);
  if (!room) return Lack::of_room(length);
  std::memcpy(room->data(), frame.data(), frame.size());
  endpoint.producer.commit(length);
  return Lack::nothing();
}

// Sends what `sink` holds, in place or by a copy.
Lack send_encoded(Endpoint& endpoint, const ByteSink& sink, bool claimed) {
  if (claimed && sink.in_place()) {
    endpoint.producer.commit(static_cast<std::uint32_t>(sink.written().size()));
    return Lack::nothing();
  }
  if (claimed) endpoint.producer.abort();
  return send_copy(endpoint, sink.written());
}

// (kind, flags, call_id, interface_index, method_index, parent) as Python integers → header. False
// with an exception set.
bool read_header_arguments(PyObject* const* args, FrameHeader* out) {
  const unsigned long kind = PyLong_AsUnsignedLong(args[0]);
  const unsigned long flags = PyLong_AsUnsignedLong(args[1]);
  const unsigned long call_id = PyLong_AsUnsignedLong(args[2]);
  const unsigned long interface_index = PyLong_AsUnsignedLong(args[3]);
  const unsigned long method_index = PyLong_AsUnsignedLong(args[4]);
  const unsigned long parent = PyLong_AsUnsignedLong(args[5]);
  if (PyErr_Occurred() != nullptr) return false;
  *out = {static_cast<std::uint8_t>(kind),
          static_cast<std::uint32_t>(call_id),
          static_cast<std::uint16_t>(interface_index),
          static_cast<std::uint32_t>(method_index),
          static_cast<std::uint32_t>(parent),
          static_cast<std::uint8_t>(flags)};
  return true;
}

// What a frame carries.
struct Outgoing {
  PyObject* value;
  PyObject* program;  // its declared type, in an object; null: it has none
  PyObject* context;  // of calls: an encoded value, as bytes; null: none
};

// Appends the context of a call, behind its length. False with an exception set.
bool append_context(ByteSink& sink, PyObject* context) {
  const std::span<const std::byte> bytes = MessageBytes::of_bytes(context);
  const auto length = static_cast<std::uint32_t>(bytes.size());
  std::byte* const room = sink.reserve(sizeof length + bytes.size());
  if (room == nullptr) return false;
  std::memcpy(room, &length, sizeof length);
  std::memcpy(room + sizeof length, bytes.data(), bytes.size());
  return true;
}

// Appends header and value to `sink`. False with an exception set.
bool encode_frame(ByteSink& sink, const FrameHeader& header, const Outgoing& outgoing,
                  EndpointState& state) {
  const EncodeOptions options{.writers = state.writers.get(),
                              .bulk = &state.outgoing,
                              .references = state.references.get()};
  HostObjects& hosts = state.hosts;
  std::byte* const head = sink.reserve(wire::kFrameHeaderBytes);
  if (head == nullptr) return false;
  write_frame_header(head, header);
  if (outgoing.context != nullptr && !append_context(sink, outgoing.context)) return false;
  if (outgoing.program == nullptr) return encode_value(sink, outgoing.value, hosts, options);
  Program program{};
  return read_program(outgoing.program, &program) &&
         encode_declared(sink, outgoing.value, hosts, program, options);
}

PyObject* to_bytes(std::span<const std::byte> bytes) {
  return PyBytes_FromStringAndSize(reinterpret_cast<const char*>(bytes.data()),
                                   static_cast<Py_ssize_t>(bytes.size()));
}

// Sends a frame: None. If it must wait: the frame, as bytes. Null with an exception set.
PyObject* send_frame(EndpointState& state, const FrameHeader& header, const Outgoing& outgoing,
                     bool may_claim) {
  const auto claim =
      may_claim ? state.endpoint.producer.try_claim(wire::kFrameHeaderBytes) : std::nullopt;
  ByteSink sink(claim ? claim->data() : nullptr, claim ? claim->size() : 0, &state.spare);
  state.is_in_use = true;
  const bool encoded = encode_frame(sink, header, outgoing, state);
  state.is_in_use = false;
  const std::span<const std::byte> bytes = sink.written();
  const std::uint64_t most = largest_message(state.endpoint);
  state.outgoing.settle(encoded && bytes.size() <= most);
  if (!encoded || bytes.size() > most) {
    if (claim) state.endpoint.producer.abort();
    if (encoded) raise_too_large(bytes.size(), most);
    return nullptr;
  }
  if (may_claim) {
    state.lack = send_encoded(state.endpoint, sink, claim.has_value());
    if (state.lack.kind == Lack::Kind::kRaised) return nullptr;
    if (state.lack.kind == Lack::Kind::kNothing) {
      state.sent.add(header.kind, bytes.size());
      state.endpoint.waiter.wake_after_commit();
      Py_RETURN_NONE;
    }
  }
  state.sent.add(header.kind, bytes.size());
  return to_bytes(bytes);
}

// send(kind, flags, call_id, interface_index, method_index, parent, value, may_claim,
// program = None, context = None)
PyObject* endpoint_try_send(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  FrameHeader header{};
  if (count < 8 || count > 10 || (count == 10 && PyBytes_Check(args[9]) == 0)) {
    PyErr_SetString(PyExc_TypeError,
                    "try_send takes kind, flags, call id, interface, method, parent, value, "
                    "may_claim, program, context");
    return nullptr;
  }
  if (!read_header_arguments(args, &header)) return nullptr;
  const Outgoing outgoing{args[6], count > 8 && args[8] != Py_None ? args[8] : nullptr,
                          count == 10 ? args[9] : nullptr};
  if (outgoing.context != nullptr) header.flags |= wire::kFrameContext;
  return send_frame(*state, header, outgoing, PyObject_IsTrue(args[7]) == 1);
}

PyObject* endpoint_try_send_encoded(PyObject* self, PyObject* frame) {
  EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  state->lack = send_copy(state->endpoint, MessageBytes::of_bytes(frame));
  if (state->lack.kind == Lack::Kind::kRaised) return nullptr;
  return PyBool_FromLong(state->lack.kind == Lack::Kind::kNothing ? 1 : 0);
}

// What is wrong with the value of a frame, as an object; clears the exception.
PyObject* take_exception() {
  PyObject* type = nullptr;
  PyObject* error = nullptr;
  PyObject* traceback = nullptr;
  PyErr_Fetch(&type, &error, &traceback);
  PyErr_NormalizeException(&type, &error, &traceback);
  if (traceback != nullptr) PyException_SetTraceback(error, traceback);
  Py_XDECREF(type);
  Py_XDECREF(traceback);
  return error;
}

// The types that the values of frames are declared to have. Borrowed.
struct Declarations {
  PyObject* arguments;  // of calls: a tuple of interfaces, each a tuple of programs
  PyObject* results;    // of results: a dict from the numbers of open calls to programs
  PyObject* objects;    // of calls to objects: a dict from their numbers to tuples of programs
  PyObject* streams;    // of items: a dict from the numbers of streams to programs
};

// In `objects`, the numbers of calls whose results are called begin here.
constexpr unsigned long long kCallResultKeys = 1ULL << 32U;

PyObject* find_in_dict(PyObject* dict, unsigned long long number) {
  const Ref key(PyLong_FromUnsignedLongLong(number));
  return key ? PyDict_GetItemWithError(dict, key.get()) : nullptr;
}

// No exception for an index beyond the end: who answers the call has the words for it.
PyObject* find_in_tuple(PyObject* tuple, std::size_t index) {
  if (tuple == nullptr || index >= static_cast<std::size_t>(PyTuple_Size(tuple))) return nullptr;
  return PyTuple_GetItem(tuple, static_cast<Py_ssize_t>(index));
}

// The program for the value of a frame; null if there is none. Borrowed.
PyObject* find_program(const FrameHeader& header, const Declarations& declared) {
  switch (static_cast<FrameKind>(header.kind)) {
    case FrameKind::kCall:
      return find_in_tuple(find_in_tuple(declared.arguments, header.interface_index),
                           header.method_index);
    case FrameKind::kCallObject:
      return find_in_tuple(find_in_dict(declared.objects, header.method_index),
                           header.interface_index);
    case FrameKind::kCallResult:
      return find_in_tuple(find_in_dict(declared.objects, kCallResultKeys + header.method_index),
                           header.interface_index);
    case FrameKind::kResult:
      return find_in_dict(declared.results, header.call_id);
    case FrameKind::kItems:
      return find_in_dict(declared.streams, header.call_id);
    default:
      return nullptr;
  }
}

// Takes the encoded context off the front of `content`. Nothing when it is not whole.
std::optional<std::span<const std::byte>> take_context(std::span<const std::byte>* content) {
  std::uint32_t length = 0;
  if (content->size() < sizeof length) return std::nullopt;
  std::memcpy(&length, content->data(), sizeof length);
  const auto rest = content->subspan(sizeof length);
  if (length > rest.size()) return std::nullopt;
  *content = rest.subspan(length);
  return rest.first(length);
}

struct IncomingFrame {
  const FrameHeader& header;
  std::span<const std::byte> content;
};

// Null with an exception set.
PyObject* decode_frame_value(const IncomingFrame& frame, const Declarations& declared,
                             EndpointState& state, bool* is_declared) {
  DecodeOptions options{.readers = state.readers.get(), .bulk = &state.incoming};
  HostObjects& hosts = state.hosts;
  PyObject* const found = find_program(frame.header, declared);
  if (found == nullptr)
    return PyErr_Occurred() == nullptr ? decode_value(frame.content, hosts, options) : nullptr;
  *is_declared = true;
  options.references = state.references.get();
  // Code of the user's classes may take it away meanwhile.
  const Ref kept(Py_NewRef(found));
  Program program{};
  return read_program(found, &program) ? decode_declared(frame.content, hosts, program, options)
                                       : nullptr;
}

// Nobody gets this value: what it refers to is borrowed, also where it was not read, so that it
// goes back with the rest of the message. Keeps the exception.
void borrow_the_rest(std::span<const std::byte> content, EndpointState& state, bool declared) {
  DecodeOptions options{.bulk = &state.incoming};
  // Of a declared type all references were read, and those that nobody took have gone back.
  if (!declared) options.references = state.references.get();
  PyObject* type = nullptr;
  PyObject* error = nullptr;
  PyObject* traceback = nullptr;
  PyErr_Fetch(&type, &error, &traceback);
  const Ref ignored(decode_value(content, state.hosts, options));
  PyErr_Restore(type, error, traceback);
}

// A call that can be run here.
struct PlainCall {
  FrameHeader header;
  Ref call_id;
  PlainMethod method;  // whose handler is null: there is none
  Ref args;
};

// A frame as a tuple: see receive() in _native.pyi. Null with an exception set. Everything is
// copied out. With `plain`, a call that can be run here goes there, and the result is None.
PyObject* decode_frame(std::span<const std::byte> frame, const Declarations& declared,
                       EndpointState& state, PlainCall* plain) {
  const auto header = read_frame_header(frame);
  if (!header) {
    const Ref message(PyUnicode_FromFormat(
        "a record of %zu bytes does not begin with a frame header of this version", frame.size()));
    raise_error("ProtocolError", message.get());
    return nullptr;
  }
  std::span<const std::byte> content = frame.subspan(wire::kFrameHeaderBytes);
  std::optional<std::span<const std::byte>> context;
  if ((header->flags & wire::kFrameContext) != 0) {
    context = take_context(&content);
    if (!context) {
      raise_text("ProtocolError", "a call ends before its context does");
      return nullptr;
    }
  }
  bool is_declared = false;
  PyObject* value = decode_frame_value({*header, content}, declared, state, &is_declared);
  // An interrupt is not about the value: the frame stays for the next time.
  if (value == nullptr && PyErr_ExceptionMatches(PyExc_Exception) == 0) return nullptr;
  if (value == nullptr) borrow_the_rest(content, state, is_declared);
  state.incoming.end_message();
  if (plain != nullptr && value != nullptr && !context &&
      header->kind == static_cast<std::uint8_t>(FrameKind::kCall) && PyList_Check(value) != 0) {
    plain->call_id = Ref(PyLong_FromUnsignedLong(header->call_id));
    if (plain->call_id) plain->method = state.plain.find(*header, plain->call_id.get());
    if (plain->method.handler != nullptr) {
      state.received.add(header->kind, frame.size());
      plain->header = *header;
      plain->args = Ref(value);
      Py_RETURN_NONE;
    }
  }
  // The frame stands although its value does not: the caller answers it with this error.
  PyObject* const error = value == nullptr ? take_exception() : Py_NewRef(Py_None);
  if (value == nullptr) value = Py_NewRef(Py_None);
  PyObject* const context_bytes = context ? to_bytes(*context) : Py_NewRef(Py_None);
  if (error == nullptr || context_bytes == nullptr) {
    Py_DECREF(value);
    Py_XDECREF(error);
    Py_XDECREF(context_bytes);
    return PyErr_NoMemory();
  }
  state.received.add(header->kind, frame.size());
  return Py_BuildValue("(BBIHIINNN)", header->kind, header->flags, header->call_id,
                       header->interface_index, header->method_index, header->parent, value, error,
                       context_bytes);
}

PyObject* decode_large_frame(EndpointState& state, const Declarations& declared,
                             std::span<const std::byte> reference, PlainCall* plain) {
  std::optional<Loan> loan;
  if (raise_if_failed(state.endpoint.borrow(reference, &loan)) || !loan) return nullptr;
  PyObject* const frame = decode_frame(loan->payload(), declared, state, plain);
  // One that stays in the ring stays lent.
  if (frame != nullptr && loan->give_back()) state.endpoint.waiter.count_returned();
  return frame;
}

// (outcome, call, value, context) for Python's half; takes `value` and `context` over, of which the
// latter may be null.
PyObject* hand_over(PlainCalls::Outcome outcome, PyObject* call, Ref value, Ref context = {}) {
  if (!value) return nullptr;
  if (!context) context = Ref(Py_NewRef(Py_None));
  return Py_BuildValue("(iONN)", static_cast<int>(outcome), call, value.release(),
                       context.release());
}

// Runs a call and answers it: None. What is left to do otherwise, see hand_over(). Null with an
// exception set.
PyObject* run_plain(PyObject* self, const PlainCall& plain) {
  using Outcome = PlainCalls::Outcome;
  EndpointState* state = as_endpoint(self)->state;
  PyObject* const call_id = plain.call_id.get();
  // The handler may close the channel, and take the table along.
  const Ref handler(Py_NewRef(plain.method.handler));
  const Ref program(Py_NewRef(plain.method.program));
  const Ref call(state->plain.begin(plain.header, call_id, plain.method));
  if (!call) return nullptr;
  Ref context;
  Ref result(state->plain.run(handler.get(), call.get(), plain.args.get(), &context));
  if (!result) return hand_over(Outcome::kRaised, call.get(), Ref(take_exception()));
  if (is_awaitable(result.get())) {
    return hand_over(Outcome::kAwaitable, call.get(), std::move(result), std::move(context));
  }
  state = as_endpoint(self)->state;
  const bool usable = state != nullptr && !state->is_in_use && state->generation.is_current();
  if (!usable || reinterpret_cast<CallRecord*>(call.get())->known_cancelled != 0) {
    return hand_over(Outcome::kUnsent, call.get(), std::move(result));
  }
  const FrameHeader header{.kind = static_cast<std::uint8_t>(FrameKind::kResult),
                           .call_id = plain.header.call_id,
                           .interface_index = 0,
                           .method_index = 0};
  Ref frame(
      send_frame(*state, header, {result.get(), program.get(), nullptr}, !state->has_backlog));
  if (!frame) return hand_over(Outcome::kRefused, call.get(), Ref(take_exception()));
  if (frame.get() != Py_None) return hand_over(Outcome::kKept, call.get(), std::move(frame));
  state->plain.end(call_id);
  return frame.release();
}

// The next frame, as receive() gives it; None without one. A call that can be run here goes to
// `plain`.
PyObject* receive_frame(EndpointState& state, const Declarations& declared, PlainCall* plain,
                        bool* found) {
  const auto record = state.endpoint.consumer.peek();
  *found = record.has_value();
  if (!record) Py_RETURN_NONE;
  // A user's class may be called for a value that still lies in the ring.
  state.is_in_use = true;
  PyObject* const frame = record->kind == RecordKind::kMessage
                              ? decode_frame(record->payload, declared, state, plain)
                              : decode_large_frame(state, declared, record->payload, plain);
  state.is_in_use = false;
  if (frame == nullptr) return nullptr;
  state.endpoint.consumer.release();
  state.endpoint.waiter.wake_after_release();
  return frame;
}

bool look_for_more(Waiter& waiter) {
  for (int i = 0; i < kLooksForMore; ++i) {
    if (waiter.look_briefly()) return true;
  }
  return false;
}

bool raise_if_broken(const Endpoint& endpoint) {
  if (!endpoint.consumer.broken() && !endpoint.producer.broken()) return false;
  raise_text("ProtocolError", "the ring holds what no peer may write");
  return true;
}

// receive(arguments, results, objects, streams, runs_plain = False): see Declarations
PyObject* endpoint_receive(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  EndpointState* state = open_state(self);
  if (state == nullptr) return nullptr;
  if (count < 4 || count > 5 || PyTuple_Check(args[0]) == 0 || PyDict_Check(args[1]) == 0 ||
      PyDict_Check(args[2]) == 0 || PyDict_Check(args[3]) == 0) {
    PyErr_SetString(PyExc_TypeError, "receive takes a tuple, three dicts of programs and a bool");
    return nullptr;
  }
  const Declarations declared{args[0], args[1], args[2], args[3]};
  const bool runs_plain = kHasContexts && count == 5 && args[4] == Py_True;
  for (int served = 0; served < kPlainCallsAtOnce; ++served) {
    PlainCall plain;
    bool found = false;
    Ref frame(receive_frame(*state, declared, runs_plain ? &plain : nullptr, &found));
    if (frame && !found) {
      // Who was answered at once may ask again at once: sooner than Python's loop comes round.
      if (served > 0 && look_for_more(state->endpoint.waiter)) continue;
      return raise_if_broken(state->endpoint) ? nullptr : frame.release();
    }
    if (!frame || !plain.args) return frame.release();
    Ref left(run_plain(self, plain));
    if (!left || left.get() != Py_None) return left.release();
    state = as_endpoint(self)->state;
    if (state == nullptr || state->is_in_use || !state->generation.is_current()) break;
  }
  Py_RETURN_TRUE;
}

// set_plain_calls(methods, handling, call_type, current, open_calls): see PlainCalls
PyObject* endpoint_set_plain_calls(PyObject* self, PyObject* const* args, Py_ssize_t count) {
  EndpointState* const state = open_state(self);
  if (state == nullptr || !state->plain.set(args, count)) return nullptr;
  Py_RETURN_NONE;
}

PyObject* endpoint_set_bulk_threshold(PyObject* self, PyObject* bytes) {
  EndpointState* const state = open_state(self);
  const Py_ssize_t threshold = state == nullptr ? -1 : PyLong_AsSsize_t(bytes);
  if (threshold < 0) return nullptr;
  state->outgoing.set_threshold(static_cast<std::size_t>(threshold));
  Py_RETURN_NONE;
}

// set_types(registry): see TypeRegistry; None takes them away
PyObject* endpoint_set_types(PyObject* self, PyObject* registry) {
  EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  Ref writers;
  Ref readers;
  if (registry != Py_None) {
    PyObject* const writers_name = state->hosts.get(Host::kNameWriters);
    PyObject* const readers_name = state->hosts.get(Host::kNameReaders);
    if (writers_name == nullptr || readers_name == nullptr) return nullptr;
    writers = Ref(PyObject_GetAttr(registry, writers_name));
    readers = Ref(writers ? PyObject_GetAttr(registry, readers_name) : nullptr);
    if (!readers || PyDict_Check(writers.get()) == 0 || PyDict_Check(readers.get()) == 0) {
      PyErr_Clear();
      PyErr_SetString(PyExc_TypeError, "types must be a TypeRegistry or None");
      return nullptr;
    }
  }
  state->writers = std::move(writers);
  state->readers = std::move(readers);
  Py_RETURN_NONE;
}

// set_references(port): see ringsnake._wire.references
PyObject* endpoint_set_references(PyObject* self, PyObject* port) {
  EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  state->references = Ref(Py_NewRef(port));
  Py_RETURN_NONE;
}

// allocate(size): a Bulk whose memory can be sent without a copy; None when there is none now
PyObject* endpoint_allocate(PyObject* self, PyObject* size_object) {
  EndpointState* const state = open_state(self);
  const Py_ssize_t size = state == nullptr ? -1 : PyLong_AsSsize_t(size_object);
  if (size < 0) return nullptr;
  std::optional<BulkLender::Allocation> allocation;
  const auto wanted = static_cast<std::uint64_t>(size);
  if (raise_if_failed(state->endpoint.try_allocate_value(wanted, &allocation))) return nullptr;
  if (!allocation) Py_RETURN_NONE;
  const Ref module(PyImport_ImportModule("ringsnake._native"));
  const Ref type(module ? PyObject_GetAttrString(module.get(), "Bulk") : nullptr);
  if (!type) {
    state->endpoint.lender.drop(allocation->number);
    return nullptr;
  }
  return make_bulk(type.get(), {state->owner.endpoint, allocation->number, wanted});
}

PyObject* endpoint_wake_peer(PyObject* self, PyObject*) {
  EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  state->endpoint.waiter.wake_after_commit();
  Py_RETURN_NONE;
}

PyObject* endpoint_want(PyObject* self, PyObject* wanted) {
  EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  state->has_backlog = wanted == Py_True;
  want(state->endpoint.waiter, wanted == Py_True ? state->lack : Lack::nothing());
  Py_RETURN_NONE;
}

PyObject* endpoint_ready(PyObject* self, PyObject*) {
  EndpointState* const state = open_state(self);
  return state == nullptr ? nullptr : PyBool_FromLong(state->endpoint.waiter.ready() ? 1 : 0);
}

PyObject* endpoint_spin(PyObject* self, PyObject*) {
  EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  // A short look first: giving the lock up and taking it again takes longer than many an answer.
  bool ready = state->endpoint.waiter.look_briefly();
  if (!ready) {
    const WithoutGil scope;
    ready = state->endpoint.waiter.spin();
  }
  return PyBool_FromLong(ready ? 1 : 0);
}

PyObject* endpoint_park_in_loop(PyObject* self, PyObject*) {
  EndpointState* const state = open_state(self);
  return state == nullptr ? nullptr
                          : PyBool_FromLong(state->endpoint.waiter.park_in_loop() ? 1 : 0);
}

// wait(seconds): negative, for ever. What ended it; an interrupt of the thread's own code is
// raised.
PyObject* endpoint_wait(PyObject* self, PyObject* seconds) {
  EndpointState* const state = open_state(self);
  const double timeout = state == nullptr ? 0 : PyFloat_AsDouble(seconds);
  if (PyErr_Occurred() != nullptr) return nullptr;
  using Clock = std::chrono::steady_clock;
  std::optional<Clock::time_point> until;
  if (timeout >= 0 && timeout < kLongestWaitSeconds) {
    until = Clock::now() +
            std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(timeout));
  }
  auto result = WaitResult::kReady;
  // A short look first: giving the lock up and taking it again takes longer than many an answer.
  if (!state->endpoint.waiter.look_briefly()) {
    state->is_in_use = true;
    {
      const WithoutGil scope;
      result = state->endpoint.wait(until);
    }
    state->is_in_use = false;
  }
  if (result == WaitResult::kInterrupted && PyErr_CheckSignals() != 0) return nullptr;
  return PyLong_FromLong(static_cast<long>(result));
}

PyObject* endpoint_unpark(PyObject* self, PyObject*) {
  EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  state->endpoint.waiter.unpark();
  Py_RETURN_NONE;
}

PyObject* endpoint_clear_doorbell(PyObject* self, PyObject*) {
  EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  state->endpoint.own_doorbell.clear();
  Py_RETURN_NONE;
}

PyObject* endpoint_statistics(PyObject* self, PyObject*) {
  EndpointState* const state = open_state(self);
  return state == nullptr ? nullptr : ring_statistics(state->endpoint);
}

// ({kind: (frames, bytes)} sent, the same received)
PyObject* endpoint_frame_counts(PyObject* self, PyObject*) {
  const EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  Ref sent(state->sent.to_dict());
  Ref received(sent ? state->received.to_dict() : nullptr);
  return received ? Py_BuildValue("(NN)", sent.release(), received.release()) : nullptr;
}

PyObject* endpoint_doorbell(PyObject* self, void*) {
  EndpointState* const state = open_state(self);
  return state == nullptr ? nullptr : PyLong_FromLong(state->endpoint.own_doorbell.descriptor());
}

PyObject* endpoint_peer_socket(PyObject* self, void*) {
  const EndpointState* const state = open_state(self);
  return state == nullptr ? nullptr : PyLong_FromLong(state->owner.peer_socket.get());
}

PyObject* endpoint_close_peer_socket(PyObject* self, PyObject*) {
  EndpointState* const state = open_state(self);
  if (state == nullptr) return nullptr;
  state->owner.peer_socket = OwnedDescriptor();
  Py_RETURN_NONE;
}

PyObject* endpoint_watch_peer(PyObject* self, PyObject* pid) {
  EndpointState* const state = open_state(self);
  const long number = PyLong_AsLong(pid);
  if (state == nullptr || PyErr_Occurred() != nullptr) return nullptr;
  Peer peer;
  if (raise_if_failed(Peer::open(static_cast<int>(number), &peer))) return nullptr;
  state->endpoint.waiter.watch(std::move(peer));
  Py_RETURN_NONE;
}

PyObject* endpoint_broken(PyObject* self, void*) {
  EndpointState* const state = open_state(self);
  return state == nullptr
             ? nullptr
             : PyBool_FromLong(
                   state->endpoint.consumer.broken() || state->endpoint.producer.broken() ? 1 : 0);
}

PyMethodDef methods[] = {
    {"try_send", as_method(endpoint_try_send), METH_FASTCALL, nullptr},
    {"try_send_encoded", endpoint_try_send_encoded, METH_O, nullptr},
    {"receive", as_method(endpoint_receive), METH_FASTCALL, nullptr},
    {"set_bulk_threshold", endpoint_set_bulk_threshold, METH_O, nullptr},
    {"set_types", endpoint_set_types, METH_O, nullptr},
    {"set_plain_calls", as_method(endpoint_set_plain_calls), METH_FASTCALL, nullptr},
    {"set_references", endpoint_set_references, METH_O, nullptr},
    {"allocate", endpoint_allocate, METH_O, nullptr},
    {"wake_peer", endpoint_wake_peer, METH_NOARGS, nullptr},
    {"want", endpoint_want, METH_O, nullptr},
    {"ready", endpoint_ready, METH_NOARGS, nullptr},
    {"spin", endpoint_spin, METH_NOARGS, nullptr},
    {"park_in_loop", endpoint_park_in_loop, METH_NOARGS, nullptr},
    {"wait", endpoint_wait, METH_O, nullptr},
    {"unpark", endpoint_unpark, METH_NOARGS, nullptr},
    {"clear_doorbell", endpoint_clear_doorbell, METH_NOARGS, nullptr},
    {"close_peer_socket", endpoint_close_peer_socket, METH_NOARGS, nullptr},
    {"watch_peer", endpoint_watch_peer, METH_O, nullptr},
    {"statistics", endpoint_statistics, METH_NOARGS, nullptr},
    {"frame_counts", endpoint_frame_counts, METH_NOARGS, nullptr},
    {"close", endpoint_close, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef attributes[] = {
    {"doorbell", endpoint_doorbell, nullptr, nullptr, nullptr},
    {"peer_socket", endpoint_peer_socket, nullptr, nullptr, nullptr},
    {"broken", endpoint_broken, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyType_Slot slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(endpoint_new)},
    {Py_tp_dealloc, reinterpret_cast<void*>(endpoint_dealloc)},
    {Py_tp_methods, methods},
    {Py_tp_getset, attributes},
    {0, nullptr},
};

PyType_Spec spec = {"ringsnake._native.Endpoint", sizeof(EndpointObject), 0, Py_TPFLAGS_DEFAULT,
                    slots};

}  // namespace

PyObject* make_endpoint_type(PyObject* module) {
  return PyType_FromModuleAndSpec(module, &spec, nullptr);
}

}  // namespace ringsnake::python
