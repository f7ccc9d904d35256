/*
 * Bulk segments: lent by a reference in the ring, given back by their own state word, waited for by a count of returns.
 *
 * Stands for csrc/core/segment.cc: Segment::lend, is_back, is_lent, give_back; csrc/core/bulk.cc: BulkLender::try_allocate, lend,
 * BulkBorrower::borrow, Loan::give_back; csrc/core/waiter.h: want_segment, count_returned, segment_came_back. Edges LEND and
 * RETURN, BULK-6 to BULK-9.
 *
 * The lender has SEGMENTS segments. For each of MESSAGES messages it takes one that is back; or it notes how many ever came back,
 * looks again, and parks until that number changes. It fills the segment, stores the next odd generation in its state, and
 * publishes a reference of segment and generation. The borrower views the bytes for as long as it likes, gives back by a
 * compare-exchange of generation with generation + 1, and may give back an old loan once more at any later time. One
 * side may be killed at any step (crash.pml has how a sleeper learns of it; here it just does).
 *
 * Claims: a reference that is taken names a segment that is lent; its bytes are the message's until it is given back, and the
 * lender's death changes nothing about that; the lender never waits for ever for a segment that came back, nor for a dead
 * borrower; all that was published is received.
 *
 * | Mutant                     | What is broken                                                      | Shows as
 * | LEND_AFTER_PUBLISH         | the state says lent only after the reference was published          | a reference to what is not lent
 * | FILL_AFTER_PUBLISH         | the bytes are written after the reference was published             | wrong bytes
 * | PUBLISH_RELAXED            | the reference is published without release (WEAK)                   | wrong bytes, or not lent
 * | REUSE_WITHOUT_LOOK         | the lender takes a segment that is not back                         | wrong bytes
 * | RETURN_BEFORE_READ         | the borrower gives back while it still reads                        | wrong bytes
 * | RETURN_BY_STORE            | it gives back by a store: an old return overwrites a later state    | asleep for ever
 * | RETURN_OF_ANY_GENERATION   | it compares only whether the segment is lent                        | wrong bytes, or not lent
 * | NO_WAKE_AFTER_RELEASE      | it gives back silently                                              | asleep for ever
 * | NO_FENCE_AFTER_RELEASE     | it looks at `parked` before its count is visible                    | asleep for ever
 * | COUNT_BEFORE_RETURN        | it counts the return before it returns                              | asleep for ever
 * | WANTS_AFTER_LOOK           | the lender notes the count after its last look for a segment        | asleep for ever
 * | LOOK_FORGETS_SEGMENT       | its second look forgets the count                                   | asleep for ever
 * | PARK_WITHOUT_FLAG          | it does not say that it wants a segment                             | asleep for ever
 * | DEATH_UNSEEN               | it waits for a segment that a dead borrower holds                   | asleep for ever
 */
#ifndef MESSAGES
#define MESSAGES 3
#endif
#ifndef SEGMENTS
#define SEGMENTS 1
#endif

#define STATE(segment) (segment)
#define BYTES(segment) (SEGMENTS + (segment))
#define GENERATION(i) (2 * SEGMENTS + (i) % 2) /* of the reference, in the ring */
#define SEGMENT(i) (2 * SEGMENTS + 2 + (i) % 2)
#define PUBLISHED (2 * SEGMENTS + 4)
#define RETURNED (2 * SEGMENTS + 5)
#define PARKED(side) (2 * SEGMENTS + 6 + (side))
#define WORDS (2 * SEGMENTS + 8)

#include "shared/memory.pml"
#include "shared/kernel.pml"

bit killed[2];
bit ended[2];
byte taken;
byte state[SEGMENTS]; /* the lender's own copy */
byte seen_returned;

/* Side 0 wants a segment when it looks, side 1 records. */
inline look(me) {
  if
#ifndef LOOK_FORGETS_SEGMENT
  :: me == 0 ->
     load(0, RETURNED, seen);
     found = seen != seen_returned
#else
  :: me == 0
#endif
  :: me == 1 ->
     load(1, PUBLISHED, seen);
     found = seen > taken
  fi;
  seen = 0
}

#include "shared/waiting.pml"

inline sleep(me) {
  if
  :: kind == FUTEX ->
     d_step {
       is_empty(me) ->
       if
       :: (memory[PARKED(me)] & KIND) == FUTEX -> queued[PARKED(me)] = 1
       :: else
       fi
     }
#ifdef DEATH_UNSEEN
     !queued[PARKED(me)];
#else
     !queued[PARKED(me)] || ended[1 - me];
     queued[PARKED(me)] = 0
#endif
  :: else ->
     pressed[me] || ended[1 - me];
     pressed[me] = 0
  fi;
  kind = RUNNING;
  unpark(me)
}

/* `idle` tells whether `segment` is one that is back. */
inline find_idle() {
  segment = 0;
  do
  :: load(0, STATE(segment), seen);
     if
     :: seen == state[segment] ->
        idle = 1;
        break
     :: else
     fi;
     if
     :: segment + 1 < SEGMENTS -> segment++
     :: else -> break
     fi
  od;
  seen = 0
}

inline want_segment() { load(0, RETURNED, seen_returned) }

/* Until `segment` is one that is back; `gone` if the borrower died instead. */
inline allocate() {
  find_idle();
  do
  :: idle || gone -> break
  :: else ->
     want_segment();
#ifndef WANTS_AFTER_LOOK
     find_idle();
#endif
     if
     :: idle
     :: else ->
        if
        :: ended[1] -> gone = 1
        :: else ->
           park(0, 1);
           if
           :: kind == RUNNING
           :: else -> sleep(0)
           fi;
#ifdef WANTS_AFTER_LOOK
           find_idle()
#endif
        fi
     fi
  od
}

inline publish() {
#ifndef FILL_AFTER_PUBLISH
  store_relaxed(0, BYTES(segment), sent);
#endif
  state[segment] = state[segment] + 2;
#ifndef LEND_AFTER_PUBLISH
  store_relaxed(0, STATE(segment), state[segment] - 1);
#endif
  store_relaxed(0, GENERATION(sent), state[segment] - 1);
  store_relaxed(0, SEGMENT(sent), segment);
#ifdef PUBLISH_RELAXED
  store_relaxed(0, PUBLISHED, sent);
#else
  store_release(0, PUBLISHED, sent);
#endif
#ifdef LEND_AFTER_PUBLISH
  store_relaxed(0, STATE(segment), state[segment] - 1);
#endif
#ifdef FILL_AFTER_PUBLISH
  store_relaxed(0, BYTES(segment), sent);
#endif
  wake_after_commit(0)
}

proctype Lender() {
  byte seen, kind, sent, segment;
  bit found, gone, idle;
  {
    do
    :: sent < MESSAGES && !gone ->
#ifndef REUSE_WITHOUT_LOOK
       allocate();
#endif
       if
       :: gone
       :: else ->
          sent++;
          publish()
       fi;
       atomic {
         segment = 0;
         idle = 0
       }
    :: else -> break
    od
  } unless { killed[0] };
  is_empty(0);
  ended[0] = 1
}

/* A view of the bytes: they are what was sent, whoever lives. */
#define looks_right(s) (memory[BYTES(s)] == message[s])

inline take() {
  taken++;
  load(1, SEGMENT(taken), segment);
  load(1, GENERATION(taken), seen);
  assert(memory[STATE(segment)] == seen);
  message[segment] = taken;
  assert(looks_right(segment));
  old[segment] = lent[segment];
  lent[segment] = seen;
  seen = 0
}

inline return_segment(generation) {
#ifdef COUNT_BEFORE_RETURN
  count_returned();
#endif
  d_step {
    is_empty(1) ->
#if defined(RETURN_BY_STORE)
    returned = 1;
    memory[STATE(segment)] = generation + 1
#elif defined(RETURN_OF_ANY_GENERATION)
    returned = memory[STATE(segment)] % 2;
    memory[STATE(segment)] = memory[STATE(segment)] + returned
#else
    returned = memory[STATE(segment)] == generation;
    memory[STATE(segment)] = memory[STATE(segment)] + returned
#endif
  }
  if
  :: returned ->
     returned = 0;
#ifndef COUNT_BEFORE_RETURN
     count_returned();
#endif
#ifndef NO_WAKE_AFTER_RELEASE
     wake_after_release(1)
#endif
  :: else
  fi
}

inline count_returned() {
#ifdef NO_FENCE_AFTER_RELEASE
  /* As on a machine whose exchanges do not order what follows. */
  load(1, RETURNED, seen);
  store_release(1, RETURNED, seen + 1);
  seen = 0
#else
  d_step {
    is_empty(1) ->
    memory[RETURNED] = memory[RETURNED] + 1
  }
#endif
}

inline give_back() {
  assert(looks_right(segment));
#ifdef RETURN_BEFORE_READ
  return_segment(lent[segment]);
  assert(looks_right(segment));
  message[segment] = 0
#else
  message[segment] = 0;
  return_segment(lent[segment])
#endif
}

#if SEGMENTS > 1
#define nothing_viewed (message[0] == 0 && message[1] == 0)
#else
#define nothing_viewed (message[0] == 0)
#endif

proctype Borrower() {
  byte seen, kind, segment;
  byte message[SEGMENTS]; /* viewed now, or 0 */
  byte lent[SEGMENTS];    /* the generation of the last loan */
  byte old[SEGMENTS];     /* and of the one before */
  bit found, again, over, returned;
  {
    do
    :: over && nothing_viewed -> break
    :: !over && memory[PUBLISHED] > taken -> take(); segment = 0
    :: message[0] != 0 -> give_back()
#if SEGMENTS > 1
    :: message[1] != 0 ->
       segment = 1;
       give_back();
       segment = 0
#endif
    :: old[0] != 0 && !again ->
       again = 1;
       return_segment(old[0])
    :: !over && nothing_viewed && memory[PUBLISHED] == taken ->
       if
       :: ended[0] ->
          /* Gone first, then a last look. */
          if
          :: memory[PUBLISHED] == taken -> over = 1
          :: else
          fi
       :: else ->
          park(1, 0);
          if
          :: kind == RUNNING
          :: else -> sleep(1)
          fi
       fi
    od
  } unless { killed[1] };
  is_empty(1);
  ended[1] = 1;
  assert(killed[1] || memory[PUBLISHED] == taken)
}

/* Kills one side at most. */
proctype Killer() {
  if
  :: killed[0] = 1
  :: killed[1] = 1
  :: skip
  fi
}

init {
  atomic {
    run Lender();
    run Borrower();
    run Killer()
  }
}
