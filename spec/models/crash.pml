/*
 * A writer killed at any step.
 *
 * Stands for csrc/core/waiter.h: BasicWaiter::wait, sleep, peer_state; csrc/core/alive.cc; csrc/core/futex.cc:
 * futex_wait_either; for the writer's commit and wake_after_commit. Edge ALIVE, RING-11, RING-14, RING-17 to RING-19.
 *
 * The writer sends RECORDS records, each a body and a commit word, and is killed before, between or after any two of its steps.
 * The reader takes what is there and sleeps on its own word and on the writer's alive word, or in poll, until the end. A third
 * process wakes the reader once for no reason, or ends a slice early.
 *
 * Variants: SLICE, a kernel without futex_waitv: the reader sleeps on its own word alone, in slices that end by themselves.
 * THREAD_ENDS: the thread that held the alive word may end while its process lives and writes on; then slices serve as well.
 *
 * Claims: the reader ends, after the writer's end, having taken each committed record, whole and in order.
 *
 * | Mutant               | What is broken                                                             | Shows as
 * | PEER_NOT_WAITED_FOR  | the futex sleeps on the own word alone, without slices                     | asleep for ever
 * | EXPECTS_THE_END      | it sleeps on an alive word that tells of the death already                 | asleep for ever
 * | NO_WAITERS_BIT       | the alive word lacks the bit that makes the kernel wake its sleeper        | asleep for ever
 * | POLL_IGNORES_THE_END | the event loop does not watch the process                                  | asleep for ever
 * | NO_LAST_LOOK         | the reader ends at the death without looking once more                     | records lost
 * | HEADER_BEFORE_BODY   | the commit word is written before the body                                 | half a record
 * | TRUSTS_THE_WORD      | the end of a thread is taken for the end of the process (THREAD_ENDS)      | ends too early
 */
#ifndef RECORDS
#define RECORDS 2
#endif

#define HEADER(i) (i)
#define BODY(i) (RECORDS + (i))
#define PARKED(side) (2 * RECORDS + (side))
#define ALIVE(side) (2 * RECORDS + 2 + (side))
#define WORDS (2 * RECORDS + 4)

#include "shared/memory.pml"
#include "shared/kernel.pml"

byte taken;

inline look(me) {
  if
  :: taken < RECORDS ->
     load(me, HEADER(taken), seen);
     found = seen != 0
  :: else
  fi;
  seen = 0
}

#ifdef SLICE
#define PEER_NOT_WAITED_FOR
#endif
#include "shared/waiting.pml"
#include "shared/peer.pml"

proctype Writer() {
  byte seen, kind, i;
  {
    do
    :: i < RECORDS ->
#ifdef HEADER_BEFORE_BODY
       store_release(0, HEADER(i), 1);
       store_relaxed(0, BODY(i), i + 1);
#else
       store_relaxed(0, BODY(i), i + 1);
       store_release(0, HEADER(i), 1);
#endif
       i++;
       wake_after_commit(0)
    :: else -> break
    od;
    false /* computes on */
  } unless { killed[0] }
}

proctype Killer() {
#ifdef THREAD_ENDS
  if
  :: memory[ALIVE(0)] = DIED;
     queued[ALIVE(0)] = 0
  :: skip
  fi;
#endif
  killed[0] = 1;
  bury(0)
}

/* Ends sleeps on the reader's word alone: as often as needed once the writer is gone, else once. */
proctype Slices() {
  bit early;
end:
  do
  :: queued[PARKED(1)] && ended[0] -> queued[PARKED(1)] = 0
  :: !early ->
     early = 1;
     queued[PARKED(1)] = 0
  od
}

proctype Spurious() {
  if
  :: queued[PARKED(1)] = 0
  :: queued[ALIVE(0)] = 0
  :: press(1)
  fi
}

inline take() {
  load(1, BODY(taken), seen);
  assert(seen == taken + 1);
  taken++;
  seen = 0
}

/* BasicWaiter::peer_state: sets `gone`. The word is believed once the process ends soon after. */
inline ask_peer_state() {
#ifdef TRUSTS_THE_WORD
  load(1, ALIVE(0), alive);
  gone = alive == DIED;
#else
  load(1, ALIVE(0), alive);
  if
  :: alive == DIED && tells ->
     if
     :: ended[0] -> gone = 1
     :: !killed[0] -> tells = 0
     fi
  :: else -> gone = ended[0]
  fi;
#endif
  alive = HELD
}

inline sleep_as_told() {
#ifdef THREAD_ENDS
  if
  :: kind == FUTEX && !tells ->
     load(1, PARKED(1), seen);
     if
     :: (seen & KIND) != FUTEX
     :: else -> futex_wait(1, PARKED(1), seen)
     fi;
     seen = 0;
     kind = RUNNING;
     unpark(1)
  :: else -> sleep(1)
  fi
#else
  sleep(1)
#endif
}

proctype Reader() {
  byte seen, kind, alive;
  bit found, gone, tells = 1;
  do
  :: look(1);
     if
     :: found ->
        found = 0;
        take()
     :: else ->
        park(1, 0);
        if
        :: kind == RUNNING
        :: else ->
           sleep_as_told();
           look(1);
           if
           :: found -> found = 0
           :: else ->
              ask_peer_state();
#ifndef NO_LAST_LOOK
              look(1);
#endif
              if
              :: gone && !found -> break
              :: else ->
                 gone = 0;
                 found = 0
              fi
           fi
        fi
     fi
  od;
  assert(killed[0]);
  assert(taken == RECORDS || memory[HEADER(taken)] == 0)
}

init {
  atomic {
    run Writer();
    run Reader();
    run Killer();
#if defined(SLICE) || defined(THREAD_ENDS)
    run Slices()
#else
    run Spurious()
#endif
  }
}
