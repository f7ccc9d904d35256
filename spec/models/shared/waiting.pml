/*
 * Parking and waking: BasicWaiter::park, unpark, wake_if_parked of csrc/core/waiter.h. Included after kernel.pml; before it:
 * PARKED(side), the word of a side, and `inline look(me)`, which sets the caller's `found` if there is something to do
 * (BasicWaiter::ready). The caller has the locals `byte seen, kind; bit found`.
 */
#define RUNNING 0
#define FUTEX 1   /* sleeps on its own parked word */
#define EVENTFD 2 /* sleeps in its event loop's poll */
#define KIND 3
#define WANTS_ROOM 4

#ifdef COUNT_WAKES
/*
 * Sleeps that a side declared and nobody paid a wake for, up to three: no more can still be paid for (one whose waker is
 * about to, one in the memory, one in the store buffer).
 */
byte unpaid[2];
#define declare(me) unpaid[me] = (unpaid[me] < 3 -> unpaid[me] + 1 : 3)
#define pay(them) \
  assert(unpaid[them] > 0); \
  unpaid[them]--
#else
#define declare(me) skip
#define pay(them) skip
#endif

inline wake(me, by_kind) {
  if
  :: ((by_kind) & KIND) == FUTEX ->
     pay(1 - me);
     futex_wake(me, PARKED(1 - me))
  :: ((by_kind) & KIND) == EVENTFD ->
     pay(1 - me);
#ifdef PRESS_ONLY_IN_POLL
     if
     :: polling[1 - me] -> press(1 - me)
     :: else
     fi
#else
     press(1 - me)
#endif
  :: else
  fi
}

inline wake_if_parked(me, reason) {
  load(me, PARKED(1 - me), seen);
  if
  :: (seen & (reason)) == 0
  :: else ->
#if defined(CLEAR_BY_STORE)
     store_relaxed(me, PARKED(1 - me), RUNNING);
     wake(me, seen)
#elif defined(KIND_FROM_LOOK)
     exchange(me, PARKED(1 - me), RUNNING, kind);
     wake(me, seen)
#elif defined(NO_EXCHANGE)
     wake(me, seen)
#elif defined(PRESS_LEAVES_PARKED)
     if
     :: (seen & KIND) == EVENTFD
     :: else -> exchange(me, PARKED(1 - me), RUNNING, seen)
     fi;
     wake(me, seen)
#else
     exchange(me, PARKED(1 - me), RUNNING, seen);
     wake(me, seen)
#endif
  fi;
  d_step {
    seen = 0;
    kind = 0
  }
}

inline wake_after_commit(me) {
#ifndef NO_FENCE_AFTER_COMMIT
  full_fence(me);
#endif
  wake_if_parked(me, KIND)
}

inline wake_after_release(me) {
#ifndef NO_FENCE_AFTER_RELEASE
  full_fence(me);
#endif
  wake_if_parked(me, WANTS_ROOM)
}

/* After it: `kind` is how the side may sleep now, or RUNNING if there is something to do already. */
inline park(me, wants) {
  if
  :: kind = FUTEX
  :: kind = EVENTFD
  fi;
  declare(me);
#ifdef PARK_WITHOUT_FLAG
  store_relaxed(me, PARKED(me), kind);
#else
  store_relaxed(me, PARKED(me), kind + WANTS_ROOM * (wants));
#endif
#ifndef NO_FENCE_AFTER_PARK
  full_fence(me);
#endif
#ifndef NO_SECOND_LOOK
  look(me);
#endif
  if
  :: found ->
     d_step {
       found = 0;
       kind = RUNNING
     }
     unpark(me)
  :: else
  fi
}

inline unpark(me) { store_relaxed(me, PARKED(me), RUNNING) }
