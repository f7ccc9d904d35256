/*
 * Records in the ring: commit words, padding, bytes of earlier laps, and room given back.
 *
 * Stands for csrc/core/ring.h: BasicRingProducer::try_claim, needed, finish_record, commit, commit_batch, abort;
 * BasicRingConsumer::peek, release. Edges PUBLISH and ROOM, RING-3 to RING-7.
 *
 * A ring of UNITS units of 8 bytes: a header is one unit, a payload 0 to UNITS / 2 - 1 of them. The payload of the n-th record is
 * n everywhere, so stale payload looks like a header. The producer chooses lengths, batches and whether to give a claim up
 * freely; the consumer when to give room back. There is no sleeping (park-wake.pml has it): who has nothing to do waits.
 *
 * Claims: each record arrives once, in order, with its length and its bytes, which stay what they are until the consumer has
 * given them back; no impossible header is ever seen; nobody waits for ever.
 *
 * | Mutant                     | What is broken                                                       | Shows as
 * | COMMIT_RELAXED             | the commit word is no release: it overtakes the payload (WEAK)       | wrong bytes
 * | PADDING_RELAXED            | the padding word is none: it overtakes the zero it leads to (WEAK)   | stale header
 * | PAYLOAD_AFTER_COMMIT       | the commit word is written before the payload                        | wrong bytes
 * | ZERO_AFTER_COMMIT          | the next header is zeroed after the commit                           | stale header
 * | NO_ZERO                    | it is not zeroed at all                                              | stale header
 * | PADDING_BEFORE_ZERO        | the padding word is written before the header at 0 is zeroed         | stale header
 * | PADDING_WITHOUT_ZERO       | the header at 0 is not zeroed before the padding                     | stale header
 * | NO_ROOM_FOR_NEXT_HEADER    | a claim leaves no unit for the zero after it                         | a header not read yet is zeroed
 * | PADDING_NOT_COUNTED        | a claim at the wrap forgets the padding's room                       | overrun
 * | ABORT_TAKES_PADDING_BACK   | a claim given up takes its published padding back                    | the two ends part
 * | BATCH_PUBLISHES_FIRST      | a batch publishes its first record first                             | stale header
 * | RELEASE_BEFORE_READ        | room is given back before the bytes were read                        | wrong bytes
 * | VIEW_OUTLIVES_ROOM         | room is given back while the last record is still looked at          | wrong bytes
 */
#ifndef RECORDS
#define RECORDS 4
#endif
#ifndef UNITS
#define UNITS 4
#endif
#define BUFFER 3

#define PAYLOAD_MAX (UNITS / 2 - 1)
#define PADDING 255
#define READ UNITS /* the read position's word; those before it are the ring */
#define WORDS (UNITS + 1)

#include "shared/memory.pml"

byte length_of[RECORDS + 2]; /* what was committed, by number from 1 */
byte sent;
byte taken;

#define offset (write % UNITS)
#define tail (UNITS - offset)
#define free_units (UNITS - (write - cached))
#ifdef NO_ROOM_FOR_NEXT_HEADER
#define NEXT_HEADER 0
#else
#define NEXT_HEADER 1
#endif

inline choose_length(into) {
  into = 0;
  do
  :: into < PAYLOAD_MAX -> into++
  :: break
  od
}

inline compute_needed() {
  d_step {
    needed = 1 + length + NEXT_HEADER;
#ifndef PADDING_NOT_COUNTED
    if
    :: 1 + length > tail -> needed = needed + tail
    :: else
    fi
#endif
  }
}

inline claim() {
  compute_needed();
  if
  :: needed <= free_units
  :: else ->
     needed <= UNITS - (write - memory[READ]);
     load(0, READ, cached)
  fi;
  needed = 0;
  if
  :: 1 + length > tail ->
#if defined(PADDING_BEFORE_ZERO)
     store_release(0, offset, PADDING);
     store_relaxed(0, 0, 0);
#elif defined(PADDING_WITHOUT_ZERO)
     store_release(0, offset, PADDING);
#elif defined(PADDING_RELAXED)
     store_relaxed(0, 0, 0);
     store_relaxed(0, offset, PADDING);
#else
     store_relaxed(0, 0, 0);
     store_release(0, offset, PADDING);
#endif
     padded = tail;
     write = write + tail
  :: else
  fi
}

inline fill(at, units, number) {
  unit = 0;
  do
  :: unit < units ->
     unit++;
     store_relaxed(0, at + unit, number)
  :: else -> break
  od;
  unit = 0
}

#ifdef COMMIT_RELAXED
#define store_commit(where, what) store_relaxed(0, where, what)
#else
#define store_commit(where, what) store_release(0, where, what)
#endif

inline commit() {
  d_step {
    sent++;
    length_of[sent] = length
  }
#ifndef PAYLOAD_AFTER_COMMIT
  fill(offset, length, sent);
#endif
#if !defined(ZERO_AFTER_COMMIT) && !defined(NO_ZERO)
  store_relaxed(0, (write + 1 + length) % UNITS, 0);
#endif
  store_commit(offset, length + 1);
#ifdef PAYLOAD_AFTER_COMMIT
  fill(offset, length, sent);
#endif
#ifdef ZERO_AFTER_COMMIT
  store_relaxed(0, (write + 1 + length) % UNITS, 0);
#endif
  write = write + 1 + length
}

/* Two records of one claim: the first header last. */
inline commit_batch() {
  d_step {
    length_of[sent + 1] = length;
    length_of[sent + 2] = second;
    sent = sent + 2
  }
#ifdef BATCH_PUBLISHES_FIRST
  store_commit(offset, length + 1);
#endif
  fill(offset, length, sent - 1);
  fill(offset + 1 + length, second, sent);
  store_relaxed(0, offset + 1 + length, second + 1);
  store_relaxed(0, (write + 2 + length + second) % UNITS, 0);
#ifndef BATCH_PUBLISHES_FIRST
  store_commit(offset, length + 1);
#endif
  write = write + 2 + length + second
}

active proctype Producer() {
  byte write, cached, length, second, needed, padded, unit;
  bit aborted;
  do
  :: sent < RECORDS ->
     choose_length(length);
     claim();
     if
     :: commit()
     :: sent + 1 < RECORDS ->
        choose_length(second);
        if
        :: 2 + length + second <= tail && 3 + length + second <= free_units -> commit_batch()
        :: else -> commit()
        fi
     :: !aborted ->
        /* What was written before it was given up stays, and looks like a header. */
        aborted = 1;
        fill(offset, length, 1);
#ifdef ABORT_TAKES_PADDING_BACK
        write = write - padded
#endif
     fi;
     d_step {
       padded = 0;
       second = 0;
       length = 0
     }
  :: else -> break
  od
}

#define peek_offset (peek % UNITS)

/* The payload of the last record, as its view shows it. */
inline read_payload() {
  unit = 0;
  do
  :: unit < last_length ->
     unit++;
     load(1, last + unit, word);
     assert(word == taken)
  :: else -> break
  od;
  atomic {
    unit = 0;
    word = 0
  }
}

inline release() {
  store_release(1, READ, peek);
  read = peek
}

inline peek_once() {
  load(1, peek_offset, word);
  if
  :: word == PADDING ->
     assert(!after_padding && peek - read <= peek_offset);
     after_padding = 1;
     peek = peek + UNITS - peek_offset;
     word = 0
  :: else ->
     assert(word >= 1 && word - 1 <= PAYLOAD_MAX && word <= UNITS - peek_offset);
     assert(peek - read <= UNITS - word);
     d_step {
       after_padding = 0;
       taken++;
       last = peek_offset;
       last_length = word - 1;
       peek = peek + word;
       word = 0
     }
     assert(last_length == length_of[taken]);
#ifdef RELEASE_BEFORE_READ
     release();
#endif
     read_payload()
  fi
}

active proctype Consumer() {
  byte peek, read, word, last, last_length, unit;
  bit after_padding;
  do
  :: taken < RECORDS && memory[peek_offset] != 0 -> peek_once()
  :: peek != read ->
#ifdef VIEW_OUTLIVES_ROOM
     release();
     read_payload();
#else
     read_payload();
     release();
#endif
     last_length = 0 /* no view outlives its room */
  :: taken == RECORDS -> break
  od;
  assert(sent == RECORDS)
}
