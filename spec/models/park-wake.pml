/*
 * Park and wake, both ways at once.
 *
 * Stands for csrc/core/waiter.h: BasicWaiter::wait, park, unpark, wake_if_parked, wake_after_commit, wake_after_release; and for
 * csrc/node/loop_listener.cc: before_poll, after_poll, and the doorbell's clear. Edges PARK and WAKE, RING-8 and RING-9.
 *
 * Each side sends to the other through a ring of CAPACITY records and receives what the other sends, in any order; it sleeps
 * only when it can do neither, in a futex or in poll, chosen freely each time. A ring is its number of published records and
 * its read position (commit.pml has its inside). A third process wakes anybody for no reason, SPURIOUS times.
 *
 * Claims: nobody sleeps for ever, nor goes round for ever; at most CAPACITY records lie in a ring; all arrive.
 *
 * | Mutant                           | What is broken                                                | Shows as
 * | NO_FENCE_AFTER_COMMIT            | the waker looks at `parked` before its record is visible      | asleep for ever
 * | NO_FENCE_AFTER_RELEASE           | the same after giving room back                               | asleep for ever
 * | NO_FENCE_AFTER_PARK              | the sleeper looks again before its `parked` is visible        | asleep for ever
 * | NO_SECOND_LOOK                   | the sleeper does not look again                               | asleep for ever
 * | LOOK_FORGETS_ROOM                | it looks again for records only                               | asleep for ever
 * | PARK_WITHOUT_FLAG                | it does not say that it wants room                            | asleep for ever
 * | NO_WAKE_AFTER_RELEASE            | room is given back silently                                   | asleep for ever
 * | CLEAR_BY_STORE                   | the waker empties `parked` by a store: a late 0 hides a park  | asleep for ever
 * | KIND_FROM_LOOK                   | the waker rouses by the kind it saw before it exchanged       | asleep for ever
 * | NO_KERNEL_COMPARE                | the futex queues without comparing                            | asleep for ever
 * | EXPECTS_WHATEVER_IS_THERE        | it sleeps on the word read last, though a waker emptied it    | asleep for ever
 * | PRESS_ONLY_IN_POLL               | the doorbell is pressed only if the loop polls already        | asleep for ever
 * | CLEAR_BEFORE_POLL                | old presses are cleared after the second look                 | asleep for ever
 * | WANTS_STAYS_SET                  | it goes on wanting room that it has: it never sleeps again    | a cycle
 * | NO_LOOK_AFTER_WAKE               | who wakes takes the wanted room for granted                   | overrun
 */
#ifndef MESSAGES_0
#define MESSAGES_0 2
#endif
#ifndef MESSAGES_1
#define MESSAGES_1 1
#endif
#ifndef CAPACITY
#define CAPACITY 1
#endif
#ifndef SPURIOUS
#define SPURIOUS 1
#endif

#define PUBLISHED(side) (side)
#define READ(side) (2 + (side)) /* of that side's ring */
#define PARKED(side) (4 + (side))
#define WORDS 6
#define messages(side) ((1 - (side)) * MESSAGES_0 + (side) * MESSAGES_1)

#include "shared/memory.pml"
#include "shared/kernel.pml"

byte sent[2];
byte taken[2]; /* by that side */
bit polling[2];

inline look(me) {
  load(me, PUBLISHED(1 - me), seen);
  found = seen > taken[me];
#ifndef LOOK_FORGETS_ROOM
  load(me, READ(me), seen);
  found = found || (wants && sent[me] - seen < CAPACITY);
#endif
  seen = 0
}

#include "shared/waiting.pml"

inline receive(me) {
  load(me, PUBLISHED(1 - me), seen);
  if
  :: seen > taken[me] ->
     seen = 0;
     taken[me]++;
     store_release(me, READ(1 - me), taken[me]);
#ifndef NO_WAKE_AFTER_RELEASE
     wake_after_release(me);
#endif
     idle = 0
  :: else -> seen = 0
  fi
}

inline send(me) {
  if
  :: sent[me] < messages(me) ->
     load(me, READ(me), seen);
     if
     :: sent[me] - seen < CAPACITY || granted ->
        seen = 0;
#ifndef WANTS_STAYS_SET
        wants = 0;
#endif
        granted = 0;
        sent[me]++;
        assert(sent[me] - taken[1 - me] <= CAPACITY);
        store_release(me, PUBLISHED(me), sent[me]);
        wake_after_commit(me);
        idle = 0
     :: else ->
        seen = 0;
        wants = 1
     fi
  :: else
  fi
}

inline sleep_in_futex(me) {
  load(me, PARKED(me), seen);
  if
#ifndef EXPECTS_WHATEVER_IS_THERE
  :: (seen & KIND) != FUTEX /* a waker was here already */
#endif
  :: else ->
#ifdef NO_KERNEL_COMPARE
     d_step { is_empty(me) -> queued[PARKED(me)] = 1 }
     !queued[PARKED(me)]
#else
     futex_wait(me, PARKED(me), seen)
#endif
  fi;
  seen = 0
}

inline sleep_in_poll(me) {
#ifdef CLEAR_BEFORE_POLL
  pressed[me] = 0;
#endif
  polling[me] = 1;
  d_step {
    pressed[me] ->
    pressed[me] = 0;
    polling[me] = 0
  }
}

inline wait(me) {
  park(me, wants);
  if
  :: kind == RUNNING
  :: else ->
     if
     :: kind == FUTEX -> sleep_in_futex(me)
     :: else -> sleep_in_poll(me)
     fi;
     kind = RUNNING;
     unpark(me)
#ifdef NO_LOOK_AFTER_WAKE
     ;
     granted = wants
#endif
  fi
}

proctype Side(bit me) {
  byte seen, kind;
  bit found, wants, granted, idle;
  do
  :: sent[me] == messages(me) && taken[me] == messages(1 - me) -> break
  :: else ->
     idle = 1;
     if
     :: receive(me); send(me)
     :: send(me); receive(me)
     fi;
     if
     :: idle && !(sent[me] == messages(me) && taken[me] == messages(1 - me)) -> wait(me)
     :: else
     fi
  od
}

proctype Spurious() {
  byte left = SPURIOUS;
  do
  :: left > 0 ->
     left--;
     if
     :: queued[PARKED(0)] = 0
     :: queued[PARKED(1)] = 0
     :: press(0)
     :: press(1)
     :: skip
     fi
  :: else -> break
  od
}

init {
  atomic {
    run Side(0);
    run Side(1);
    run Spurious()
  }
}
