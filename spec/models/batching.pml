/*
 * Many commits, one wake: nothing that was committed is left unannounced.
 *
 * Stands for lib/channel/channel.ts: commit, flush, flushSoon, wait; python/ringsnake/_channel/channel.py and
 * csrc/python/endpoint_type.cc: a sent frame wakes at once, or once for a batch; csrc/core/waiter.h: wake_after_commit. RING-9.
 *
 * Side 0 makes MESSAGES calls, as many in a row as it likes; each asks for one flush later in the same turn. Between them it
 * may take answers, block for one, or let its loop poll. Side 1 takes calls, answers them, as many in a row as it likes, and
 * flushes once before it sleeps. Rings never fill (back-pressure.pml has that).
 *
 * Claims: all calls are answered; nobody sleeps for ever; no sleep is paid for twice, whatever the number of flushes.
 *
 * | Mutant                  | What is broken                                                              | Shows as
 * | WAIT_WITHOUT_FLUSH      | a blocking wait leaves the flush to a microtask that cannot run             | asleep for ever
 * | POLL_BEFORE_MICROTASKS  | the loop polls before the asked-for flush ran                               | asleep for ever
 * | SCHEDULED_STAYS_SET     | the flush forgets that it ran: the next commit asks for none                | asleep for ever
 * | FLUSH_BEFORE_COMMIT     | the wake is sent before the last commit                                     | asleep for ever
 * | FLUSH_FULL_BATCHES_ONLY | a flush waits for a second commit                                           | asleep for ever
 * | WAKE_ONLY_IF_EMPTY      | a flush is left out if the peer had something to read before the commit     | asleep for ever
 * | ANSWERS_UNFLUSHED       | side 1 sleeps without announcing its answers                                | asleep for ever
 * | NO_FENCE_AFTER_COMMIT   | the flush looks at `parked` before the batch is visible                     | asleep for ever
 * | NO_EXCHANGE             | a flush leaves `parked` as it is: the kernel's compare notices nothing      | asleep for ever
 * | PRESS_LEAVES_PARKED     | a press leaves `parked` as it is, so the next flush presses again           | a second wake of one sleep
 */
#ifndef MESSAGES
#define MESSAGES 2
#endif
#define COUNT_WAKES

#define PUBLISHED(side) (side)
#define READ(side) (2 + (side))
#define PARKED(side) (4 + (side))
#define WORDS 6

#include "shared/memory.pml"
#include "shared/kernel.pml"

byte sent[2];
byte taken[2];

inline look(me) {
  load(me, PUBLISHED(1 - me), seen);
  found = seen > taken[me];
  seen = 0
}

#include "shared/waiting.pml"

#define readable(me) (memory[PUBLISHED(1 - (me))] > taken[me])

inline commit(me) {
#ifdef WAKE_ONLY_IF_EMPTY
  load(me, READ(me), seen);
  was_empty = seen == sent[me];
  seen = 0;
#endif
  sent[me]++;
  store_release(me, PUBLISHED(me), sent[me])
}

inline take(me) {
  taken[me]++;
#ifdef WAKE_ONLY_IF_EMPTY
  store_release(me, READ(1 - me), taken[me])
#endif
}

inline flush(me) {
#ifdef WAKE_ONLY_IF_EMPTY
  if
  :: was_empty -> wake_after_commit(me)
  :: else
  fi
#else
  wake_after_commit(me)
#endif
}

inline sleep(me) {
  if
  :: kind == FUTEX ->
     load(me, PARKED(me), seen);
     if
     :: (seen & KIND) != FUTEX
     :: else -> futex_wait(me, PARKED(me), seen)
     fi;
     seen = 0
  :: kind == EVENTFD ->
     pressed[me];
     pressed[me] = 0
  :: else
  fi;
  if
  :: kind != RUNNING ->
     kind = RUNNING;
     unpark(me)
  :: else
  fi
}

/* BasicWaiter::wait, or turns of the loop: a spurious wake leads back to sleep. */
inline sleep_until_readable(me) {
  do
  :: readable(me) -> break
  :: else ->
     park(me, 0);
     sleep(me)
  od
}

#ifdef SCHEDULED_STAYS_SET
#define asks_for_flush (scheduled && !asked)
#else
#define asks_for_flush scheduled
#endif

inline microtask() {
#ifdef SCHEDULED_STAYS_SET
  asked = 1;
#else
  scheduled = 0;
#endif
#ifdef FLUSH_FULL_BATCHES_ONLY
  if
  :: sent[0] % 2 == 0 -> flush(0)
  :: else
  fi
#else
  flush(0)
#endif
}

proctype Caller() {
  byte seen, kind;
  bit found, scheduled, asked, was_empty;
  do
  :: taken[0] == MESSAGES -> break
  :: sent[0] < MESSAGES ->
#ifdef FLUSH_BEFORE_COMMIT
     flush(0);
     commit(0)
#else
     commit(0);
     scheduled = 1
#endif
  :: asks_for_flush -> microtask()
  :: readable(0) -> take(0)
  :: sent[0] > taken[0] && !readable(0) ->
     /* Blocks for an answer, in the middle of a turn. */
#ifndef WAIT_WITHOUT_FLUSH
     flush(0);
#endif
     sleep_until_readable(0)
#ifdef POLL_BEFORE_MICROTASKS
  :: sent[0] > taken[0] && !readable(0) ->
#else
  :: sent[0] > taken[0] && !readable(0) && !asks_for_flush ->
#endif
     /* The loop polls: the microtasks ran. */
     sleep_until_readable(0)
  od
}

proctype Callee() {
  byte seen, kind;
  bit found, was_empty;
  do
  :: sent[1] == MESSAGES -> break
  :: readable(1) -> take(1)
  :: sent[1] < taken[1] -> commit(1)
  :: sent[1] < MESSAGES && sent[1] == taken[1] && !readable(1) ->
#ifndef ANSWERS_UNFLUSHED
     flush(1);
#endif
     sleep_until_readable(1)
  od;
  flush(1)
}

init {
  atomic {
    run Caller();
    run Callee()
  }
}
