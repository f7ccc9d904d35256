/*
 * The end of a side, and how the other learns of it: csrc/core/alive.cc (AliveHold), peer.cc, and the kernel's part. Included
 * after waiting.pml; before it: ALIVE(side), the word of a side.
 *
 * A side is alive until it stores CLOSED there itself, or until it is killed: at any step, what its store buffer holds still
 * reaches the memory, and then the kernel marks the word DIED (it stands on a robust list), wakes its sleeper, and lastly the
 * process is seen to be gone (pidfd). `ended` is what a poll sees: the pidfd or the control socket's end.
 */
#define HELD 0
#define DIED 1
#define CLOSED 2

bit killed[2]; /* executes nothing any more */
bit ended[2];

/* BasicWaiter::sleep: on the own word and on the peer's. */
inline sleep_in_futex(me) {
  load(me, PARKED(me), seen);
  if
  :: (seen & KIND) != FUTEX /* a waker was here already */
  :: else ->
#ifdef PEER_NOT_WAITED_FOR
     futex_wait(me, PARKED(me), seen)
#else
     load(me, ALIVE(1 - me), alive);
     if
#ifndef EXPECTS_THE_END
     :: alive != HELD
#endif
     :: else -> futex_wait_either(me, PARKED(me), seen, ALIVE(1 - me), alive)
     fi;
     alive = HELD
#endif
  fi;
  seen = 0
}

inline sleep_in_poll(me) {
#ifdef POLL_IGNORES_THE_END
  pressed[me];
#else
  pressed[me] || ended[1 - me];
#endif
  pressed[me] = 0
}

inline sleep(me) {
  if
  :: kind == FUTEX -> sleep_in_futex(me)
  :: else -> sleep_in_poll(me)
  fi;
  kind = RUNNING;
  unpark(me)
}

/* The exit of a process, as the kernel does it. */
inline bury(them) {
  is_empty(them);
  memory[ALIVE(them)] = DIED;
#ifndef NO_WAITERS_BIT
  queued[ALIVE(them)] = 0;
#endif
  ended[them] = 1
}
