/** A side is killed at every named step of the ring's and the bulk protocol; the other side must be well. ring.md §3 to §6, bulk.md. */
import t from 'tap';
import { buildCoreProgram } from '../support/core-program.js';
import { reportProgram } from '../support/report-program.js';
import { LineTable, type SourceLine } from '../support/source-lines.js';

/** What is about to happen when the side dies, and the line that does it. */
const STEPS: Readonly<Record<string, SourceLine>> = {
  // A record.
  'the room is claimed': { file: 'ring.h', text: 'return std::span(data_ + offset' },
  'the header after a padding record is zeroed': { file: 'ring.h', text: 'word_at(0).store(0' },
  'the padding record is committed': { file: 'ring.h', text: 'store(wire::kRecordPaddingWord' },
  'the kind is stored': {
    file: 'ring.h',
    text: 'word_at(offset + wire::kRecordKindOffset)',
    after: '::finish_record(',
  },
  'the bytes up to the alignment are zeroed': { file: 'ring.h', text: 'Memory::zero(' },
  'the next header is zeroed': {
    file: 'ring.h',
    text: 'word_at(write_position_ & (capacity_ - 1)).store(0',
  },
  'the commit word is stored': {
    file: 'ring.h',
    text: 'word_at(offset).store(length + 1, std::memory_order_release)',
  },
  'a later commit word of a batch is stored': { file: 'ring.h', text: 'if (offset != first)' },
  'the header after a batch is zeroed': {
    file: 'ring.h',
    text: 'word_at(offset & (capacity_ - 1)).store(0',
  },
  'the first commit word of a batch is stored': { file: 'ring.h', text: 'word_at(first).store(' },
  'a record is taken': { file: 'ring.h', text: 'peek_position_ += record_bytes(length)' },
  'the read position is stored': { file: 'ring.h', text: 'shared_.read_position.store(' },
  // Sleeping and waking.
  "the peer's parked word is looked at": {
    file: 'waiter.h',
    text: 'Memory::full_fence();',
    after: '::wake_if_parked(std::uint32_t reason)',
  },
  'the parked word is taken': { file: 'waiter.h', text: 'other_.parked.exchange(' },
  'the futex is woken': { file: 'waiter.h', text: 'Memory::wake(other_.parked)' },
  'the doorbell is pressed': { file: 'waiter.h', text: 'peer_doorbell_.press()' },
  'the own parked word is stored': { file: 'waiter.h', text: 'own_.parked.store(wants' },
  'the fence of parking': {
    file: 'waiter.h',
    text: 'Memory::full_fence();',
    after: '::park(std::uint32_t kind)',
  },
  'the second look': {
    file: 'waiter.h',
    text: 'if (!ready())',
    after: '::park(std::uint32_t kind)',
  },
  'it sleeps': { file: 'waiter.h', text: 'counts_.parks += 1' },
  'it has been woken': { file: 'waiter.h', text: 'const bool unwoken' },
  'it unparks': { file: 'waiter.h', text: 'own_.parked.store(wire::kParkedRunning' },
  // Bulk messages.
  'a segment is made': { file: 'bulk.cc', text: 'made = Segment::create(' },
  'the segment is announced': { file: 'bulk.cc', text: 'told = announce(free)' },
  'the segment is filled': { file: 'bulk.cc', text: 'slots_[*number].held = true' },
  'the segment is lent': { file: 'segment.cc', text: 'state().store(generation_' },
  'the reference is written': {
    file: 'bulk.cc',
    text: 'std::memcpy(out + wire::kBulkReferenceSegmentOffset',
  },
  'a segment is retired': { file: 'segment.cc', text: 'state().store(wire::kSegmentRetired' },
  'a retired segment is unmapped': { file: 'bulk.cc', text: 'slot.segment.reset();' },
  'announcements are looked at': { file: 'bulk.cc', text: 'peek_channel_packet(socket_, &packet)' },
  'an announcement is taken out': { file: 'bulk.cc', text: 'drop_packet(socket_)' },
  'an announced segment is mapped': { file: 'bulk.cc', text: 'Segment::attach(packet' },
  'the segment is borrowed': {
    file: 'bulk.cc',
    text: 'out->emplace(segment, reference.generation, reference.length);',
  },
  'the segment is given back': { file: 'segment.cc', text: 'compare_exchange_strong(expected' },
  'what was given back is counted': { file: 'waiter.h', text: 'other_.returned.fetch_add(' },
  // Meeting and parting.
  'the offer is received': { file: 'endpoint.cc', text: 'wait_for_channel_packet(socket.get()' },
  'the region is mapped': { file: 'endpoint.cc', text: 'Region::attach(offer' },
  'the alive word is stored': { file: 'alive.cc', text: 'word_->store(value_' },
  'the alive word is linked': { file: 'alive.cc', text: 'link();', after: 'word_->store(value_' },
  'the list has the alive word': { file: 'alive.cc', text: 'head->list.next = reinterpret_cast' },
  'the answer is sent': {
    file: 'endpoint.cc',
    text: 'const int answered = pidfd.get()',
  },
  'it has attached': {
    file: 'endpoint.cc',
    text: '*out = std::move(endpoint)',
    after: 'kChannelPacketAccept, own_pid()',
  },
  'the answer is received': { file: 'endpoint.cc', text: 'receive_channel_packet(socket_.get()' },
  'the peer is known': { file: 'endpoint.cc', text: 'awaits_peer_ = false' },
  'it says that it closes': { file: 'alive.cc', text: 'word_->store(wire::kAliveClosed' },
  'who waits for the close is woken': { file: 'alive.cc', text: 'futex_wake(*word_)' },
  'the alive word is unlinked': { file: 'alive.cc', text: '&& !other_thread) unlink()' },
  'its segments and its region go': { file: 'endpoint.cc', text: 'waiter.wake_after_commit();' },
};

const TIMEOUT_MS = 180_000;
t.setTimeout(TIMEOUT_MS);

if (process.arch !== 'x64') {
  t.pass('a side is killed at named steps', { skip: 'breakpoints are only known for x64' });
} else {
  const program = buildCoreProgram('stress/named_steps.cc', 'stepped');
  const table = new LineTable(program);
  await reportProgram(t, program, {
    argv: Object.entries(STEPS).flatMap(([name, line]) => [table.addressOf(line), name]),
    env: { LD_BIND_NOW: '1' },
    timeoutMs: TIMEOUT_MS,
    skipReason: 'this machine does not let a process trace its child (ptrace)',
  });
}
