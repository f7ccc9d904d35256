/*
 * Closing against parking: who sleeps when the other side closes wakes, receives the rest, and ends.
 *
 * Stands for csrc/core/endpoint.cc: Endpoint::~Endpoint; csrc/core/alive.cc: AliveHold::release; csrc/core/waiter.h:
 * BasicWaiter::wait, sleep, peer_state, peer_may_be_gone; for the loop, csrc/node/loop_listener.cc. Edge ALIVE, RING-14, RING-20.
 *
 * Both sides send up to MESSAGES records through rings of CAPACITY, and sleep for records and for room, in a futex or in poll.
 * Either may close at any moment, both at once too, even between a commit and its flush. Side 0 closes when it has sent all. A
 * third process wakes one of them once for no reason.
 *
 * A poll sees the control socket's end. Variant DOORBELL_ONLY, two threads of one process: it sees the doorbell only, which is
 * pressed for who is parked; so a loop must look at the alive word once it has parked.
 *
 * Claims: both sides end, and nobody goes round for ever; who ends because the other closed has received each record that was
 * committed before.
 *
 * | Mutant               | What is broken                                                        | Shows as
 * | CLOSE_WITHOUT_WAKE   | the word says closed, but no sleeper is woken                         | asleep for ever
 * | WAKE_BEFORE_CLOSED   | sleepers are woken before the word says closed                        | asleep for ever
 * | PEER_NOT_WAITED_FOR  | a futex sleeps on the own word alone                                  | asleep for ever
 * | EXPECTS_THE_END      | it sleeps on an alive word that says closed already                   | asleep for ever
 * | POLL_IGNORES_THE_END | the event loop does not watch the control socket                      | asleep for ever
 * | PARK_FORGETS_THE_END | a parked loop does not look at the alive word (DOORBELL_ONLY)         | asleep for ever
 * | CLOSE_WITHOUT_PRESS  | a parked loop is not roused at the close (DOORBELL_ONLY)              | asleep for ever
 * | NO_LAST_LOOK         | who sees the other closed does not look once more                     | records lost
 * | LAST_LOOK_TAKES_ONE  | it looks once more, and ends after one record                         | records lost
 * | CLOSED_BEFORE_COMMIT | the word says closed before the last record is committed              | records lost
 * | CLOSED_RELAXED       | the word is stored without release: it overtakes a record (WEAK)      | records lost
 */
#ifndef MESSAGES
#define MESSAGES 2
#endif
#ifndef CAPACITY
#define CAPACITY 1
#endif

#define PUBLISHED(side) (side)
#define READ(side) (2 + (side))
#define PARKED(side) (4 + (side))
#define ALIVE(side) (6 + (side))
#define WORDS 8

#include "shared/memory.pml"
#include "shared/kernel.pml"

byte sent[2];
byte taken[2];

inline look(me) {
  load(me, PUBLISHED(1 - me), seen);
  found = seen > taken[me];
  load(me, READ(me), seen);
  found = found || (wants && sent[me] - seen < CAPACITY);
  seen = 0
}

#include "shared/waiting.pml"
#include "shared/peer.pml"

inline receive(me) {
  load(me, PUBLISHED(1 - me), seen);
  if
  :: seen > taken[me] ->
     seen = 0;
     taken[me]++;
     store_release(me, READ(1 - me), taken[me]);
     wake_after_release(me);
     idle = 0
  :: else -> seen = 0
  fi
}

/* May close right after a commit, without a flush. */
inline send(me) {
  if
  :: sent[me] < MESSAGES ->
     load(me, READ(me), seen);
     if
     :: sent[me] - seen < CAPACITY ->
        seen = 0;
        wants = 0;
        idle = 0;
        sent[me]++;
#ifdef CLOSED_BEFORE_COMMIT
        if
        :: store_release(me, ALIVE(me), CLOSED);
           closing = 1
        :: skip
        fi;
#endif
        store_release(me, PUBLISHED(me), sent[me]);
        if
        :: !closing -> wake_after_commit(me)
        :: closing = 1
        fi
     :: else ->
        seen = 0;
        wants = 1
     fi
  :: else
  fi
}

/* However the other sleeps: on the alive word, or where its `parked` says. */
inline rouse(me) {
  futex_wake(me, ALIVE(me));
#ifndef CLOSE_WITHOUT_PRESS
  wake_after_commit(me)
#endif
}

inline close(me) {
#ifdef WAKE_BEFORE_CLOSED
  rouse(me);
#endif
#ifdef CLOSED_RELAXED
  store_relaxed(me, ALIVE(me), CLOSED);
#else
  store_release(me, ALIVE(me), CLOSED);
#endif
#if !defined(CLOSE_WITHOUT_WAKE) && !defined(WAKE_BEFORE_CLOSED)
  rouse(me);
#endif
#ifndef DOORBELL_ONLY
  full_fence(me);
  ended[me] = 1
#endif
}

inline park_with_alive(me) {
  park(me, wants);
#if defined(DOORBELL_ONLY) && !defined(PARK_FORGETS_THE_END)
  if
  :: kind == EVENTFD ->
     load(me, ALIVE(1 - me), alive);
     if
     :: alive == HELD
     :: else ->
        kind = RUNNING;
        unpark(me)
     fi;
     alive = HELD
  :: else
  fi
#endif
}

inline end_if_closed(me) {
  load(me, ALIVE(1 - me), alive);
  if
  :: alive == HELD
  :: else ->
     alive = HELD;
     look(me);
#ifdef NO_LAST_LOOK
     closing = 1;
     told = 1;
#endif
     if
#ifdef LAST_LOOK_TAKES_ONE
     :: found ->
        found = 0;
        receive(me);
        closing = 1;
        told = 1
#else
     :: found -> found = 0
#endif
     :: else ->
        closing = 1;
        told = 1
     fi
  fi
}

inline wait(me) {
  park_with_alive(me);
  if
  :: kind == RUNNING
  :: else -> sleep(me)
  fi;
  look(me);
  if
  :: found -> found = 0
  :: else -> end_if_closed(me)
  fi
}

proctype Side(bit me) {
  byte seen, kind, alive;
  bit found, wants, idle, closing, told;
  do
  :: closing -> break
  :: !closing ->
     idle = 1;
     receive(me);
     send(me);
     if
     :: closing
     :: !closing -> closing = 1
     :: !closing && !idle
     :: !closing && idle && (me == 1 || wants) -> wait(me)
     fi
  od;
  assert(!told || taken[me] == sent[1 - me]);
  close(me)
}

proctype Spurious() {
  if
  :: queued[PARKED(0)] = 0
  :: queued[PARKED(1)] = 0
  :: press(0)
  :: press(1)
  fi
}

init {
  atomic {
    run Side(0);
    run Side(1);
    run Spurious()
  }
}
