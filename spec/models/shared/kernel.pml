/*
 * What the kernel does for a sleeper: csrc/core/futex.cc and doorbell.cc. Included after memory.pml.
 *
 * A futex's wait compares and queues in one step, under a lock; so both, and a wake, order the caller's stores. Each word has
 * one sleeper at most. A doorbell is a counter: a press before the poll is kept. There are no timeouts: a sleep that nobody
 * ends is an invalid end state, which is how a lost wake-up shows.
 */
bit queued[WORDS]; /* somebody sleeps on this word */
bit pressed[2];    /* the doorbell of that side */

inline futex_wait(me, where, expected) {
  d_step {
    is_empty(me) ->
    if
    :: memory[where] == (expected) -> queued[where] = 1
    :: else
    fi
  }
  !queued[where]
}

/* Sleeps while both words hold what is expected: futex_waitv. They are queued one after the other. */
inline futex_wait_either(me, first, expected, second, other_expected) {
  d_step {
    is_empty(me) ->
    if
    :: memory[first] == (expected) -> queued[first] = 1
    :: else
    fi
  }
  if
  :: !queued[first]
  :: else ->
     d_step {
       if
       :: memory[second] == (other_expected) -> queued[second] = 1
       :: else -> queued[first] = 0
       fi
     }
     d_step {
       (!queued[first] || !queued[second]) ->
       queued[first] = 0;
       queued[second] = 0
     }
  fi
}

inline futex_wake(me, where) {
  d_step { is_empty(me) -> queued[where] = 0 }
}

inline press(them) { pressed[them] = 1 }
