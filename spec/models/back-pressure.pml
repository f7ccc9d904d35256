/*
 * Full rings both ways: who cannot send goes on receiving.
 *
 * Stands for lib/channel/channel.ts: begin, commit, #wait, #drainBacklog, receive; python/ringsnake/_channel/channel.py: send,
 * drain_backlog, receive; csrc/core/waiter.h: want_room, ready. RING-13.
 *
 * Each side makes CALLS calls of one unit and answers the other's by frames of two, through rings of CAPACITY units. A frame that
 * finds no room waits, and nothing overtakes it; meanwhile the side receives into its inbox, and runs what came only when the
 * frame is out. Parking is one step here (park-wake.pml has its inside), so there are no store buffers.
 *
 * Claims: each call is answered, frames arrive in the order in which they were made, and no inbox grows beyond the other's calls.
 *
 * | Mutant                 | What is broken                                                            | Shows as
 * | BLOCKING_SEND          | who cannot send waits for room and does nothing else                      | both wait for ever
 * | DRAIN_ONCE             | it receives one frame, then waits for room only                           | both wait for ever
 * | DRAIN_WITHOUT_RELEASE  | what it receives meanwhile gives no room back                             | both wait for ever
 * | PARK_WITHOUT_FLAG      | it does not say that it wants room                                        | both wait for ever
 * | OVERTAKES              | a later frame that fits is sent while an earlier one waits                | wrong order
 * | RUNS_WHILE_WAITING     | a call that came is run in the middle of a send, and sends itself         | a send within a send
 */
#ifndef CALLS
#define CALLS 3
#endif
#ifndef CAPACITY
#define CAPACITY 2
#endif

#define RUNNING 0
#define PARKED 1
#define WANTS_ROOM 2

/* What lies in the ring of a side, oldest first: is it an answer, and its number among that side's frames. */
chan ring[2] = [CAPACITY] of { bit, byte };
byte used[2];     /* units of that side's ring */
byte parked[2];
byte made[2];     /* frames */
byte calls[2];    /* made by that side */
byte answered[2]; /* calls of that side that were answered */
byte received[2]; /* frames */
byte inbox[2];    /* calls of the other side, not yet run */

#define units(is_an_answer) (1 + (is_an_answer))
#define has_room(me, answer) (used[me] + units(answer) <= CAPACITY)
#define readable(me) (len(ring[1 - (me)]) > 0)
#define is_over(me) (answered[me] == CALLS && made[me] == 2 * CALLS)

inline wake(them, reason) {
  if
  :: parked[them] & (reason) -> parked[them] = RUNNING
  :: else
  fi
}

inline receive(me, gives_back) {
  d_step {
    ring[1 - me]?is_answer, number;
    assert(number == received[me]);
    received[me]++;
    used[1 - me] = used[1 - me] - gives_back * units(is_answer);
    if
    :: is_answer -> answered[me]++
    :: else -> inbox[me]++
    fi;
    assert(inbox[me] <= CALLS);
    is_answer = 0;
    number = 0
  }
  wake(1 - me, WANTS_ROOM * gives_back)
}

/* Sleeps unless there is something to do: a record, if `reads`; room for the frame, if `wants`. */
inline park(me, wants, reads, answer) {
  atomic {
    if
    :: (reads && readable(me)) || (wants && has_room(me, answer))
    :: else ->
#ifdef PARK_WITHOUT_FLAG
       parked[me] = PARKED
#else
       parked[me] = PARKED + WANTS_ROOM * wants
#endif
    fi
  }
  parked[me] == RUNNING
}

inline put(me, answer, which) {
  d_step {
    used[me] = used[me] + units(answer);
    ring[me]!answer, which
  }
  wake(1 - me, PARKED)
}

#ifdef DRAIN_WITHOUT_RELEASE
#define RELEASES 0
#else
#define RELEASES 1
#endif

inline send(me, answer) {
  assert(!sending);
  sending = 1;
  frame = made[me];
  made[me]++;
  do
  :: has_room(me, answer) -> break
#if defined(BLOCKING_SEND)
  :: !has_room(me, answer) -> park(me, 1, 0, answer)
#elif defined(DRAIN_ONCE)
  :: !has_room(me, answer) && readable(me) && !drained ->
     drained = 1;
     receive(me, 1)
  :: !has_room(me, answer) && (drained || !readable(me)) -> park(me, 1, !drained, answer)
#else
  :: !has_room(me, answer) && readable(me) -> receive(me, RELEASES)
  :: !has_room(me, answer) && !readable(me) -> park(me, 1, 1, answer)
#endif
#ifdef OVERTAKES
  :: answer && calls[me] < CALLS && has_room(me, 0) ->
     calls[me]++;
     put(me, 0, made[me]);
     made[me]++
#endif
#ifdef RUNS_WHILE_WAITING
  :: !has_room(me, answer) && inbox[me] > 0 -> goto handle
#endif
  od;
  put(me, answer, frame);
  atomic {
    frame = 0;
    sending = 0;
    drained = 0
  }
}

proctype Side(bit me) {
  byte number, frame;
  bit is_answer, sending, drained;
  do
  :: is_over(me) -> break
  :: calls[me] < CALLS ->
     calls[me]++;
     send(me, 0)
  :: inbox[me] > 0 ->
handle: inbox[me]--;
     send(me, 1)
  :: readable(me) -> receive(me, 1)
  :: !readable(me) && calls[me] == CALLS && inbox[me] == 0 && !is_over(me) -> park(me, 0, 1, 0)
  od
}

init {
  atomic {
    run Side(0);
    run Side(1)
  }
}
