/*
 * Shared words behind store buffers. Included by the models; before it: WORDS, the number of shared words.
 *
 * Two sides, 0 and 1. A store goes into the side's own buffer and leaves it for the memory at any later moment; a load sees the
 * own buffer first; a fence and every read-modify-write wait until the own buffer is empty. That is x86-TSO.
 *
 * With WEAK a store may also leave before an older one of another word, unless it is a release: as on arm64. Loads are never
 * reordered here: what an acquire forbids is not modelled (the sanitizer runs of spec/core are for that).
 */
#ifndef BUFFER
#define BUFFER 2 /* entries of a store buffer: 1 to 3 */
#endif

byte memory[WORDS];

typedef StoreBuffer {
  byte word[BUFFER];
  byte value[BUFFER];
  bit ordered[BUFFER];
  byte used
};
StoreBuffer buffer[2];

#define is_empty(me) (buffer[me].used == 0)

inline store_in_order(me, where, what, is_release) {
  d_step {
    buffer[me].used < BUFFER ->
    buffer[me].word[buffer[me].used] = where;
    buffer[me].value[buffer[me].used] = what;
    buffer[me].ordered[buffer[me].used] = is_release;
    buffer[me].used++
  }
}
inline store_relaxed(me, where, what) { store_in_order(me, where, what, 0) }
inline store_release(me, where, what) { store_in_order(me, where, what, 1) }

/* The youngest store of the own buffer, else the memory. */
inline load(me, where, into) {
  d_step {
    into = memory[where];
    if
    :: buffer[me].used > 0 && buffer[me].word[0] == where -> into = buffer[me].value[0]
    :: else
    fi;
#if BUFFER > 1
    if
    :: buffer[me].used > 1 && buffer[me].word[1] == where -> into = buffer[me].value[1]
    :: else
    fi;
#endif
#if BUFFER > 2
    if
    :: buffer[me].used > 2 && buffer[me].word[2] == where -> into = buffer[me].value[2]
    :: else
    fi;
#endif
  }
}

inline full_fence(me) { is_empty(me) }

inline exchange(me, where, what, old) {
  d_step {
    is_empty(me) ->
    old = memory[where];
    memory[where] = what
  }
}

inline compare_exchange(me, where, expected, desired) {
  d_step {
    is_empty(me) ->
    if
    :: memory[where] == (expected) -> memory[where] = desired
    :: else
    fi
  }
}

/* Entry `i` reaches the memory; those behind it move up. */
inline drain(me, i) {
  memory[buffer[me].word[i]] = buffer[me].value[i];
#if BUFFER > 1
  if
  :: i < 1 ->
     buffer[me].word[0] = buffer[me].word[1];
     buffer[me].value[0] = buffer[me].value[1];
     buffer[me].ordered[0] = buffer[me].ordered[1]
  :: else
  fi;
#endif
#if BUFFER > 2
  if
  :: i < 2 ->
     buffer[me].word[1] = buffer[me].word[2];
     buffer[me].value[1] = buffer[me].value[2];
     buffer[me].ordered[1] = buffer[me].ordered[2]
  :: else
  fi;
#endif
  buffer[me].used--;
  /* What is not used is zero, so that equal states look equal. */
  buffer[me].word[buffer[me].used] = 0;
  buffer[me].value[buffer[me].used] = 0;
  buffer[me].ordered[buffer[me].used] = 0
}

#define may_overtake_one(me) \
  (buffer[me].used > 1 && !buffer[me].ordered[1] && buffer[me].word[1] != buffer[me].word[0])
#define may_overtake_two(me) \
  (buffer[me].used > 2 && !buffer[me].ordered[2] && buffer[me].word[2] != buffer[me].word[0] && \
   buffer[me].word[2] != buffer[me].word[1])

active proctype Drain() {
end:
  do
  :: d_step { !is_empty(0) -> drain(0, 0) }
  :: d_step { !is_empty(1) -> drain(1, 0) }
#if defined(WEAK) && BUFFER > 1
  :: d_step { may_overtake_one(0) -> drain(0, 1) }
  :: d_step { may_overtake_one(1) -> drain(1, 1) }
#endif
#if defined(WEAK) && BUFFER > 2
  :: d_step { may_overtake_two(0) -> drain(0, 2) }
  :: d_step { may_overtake_two(1) -> drain(1, 2) }
#endif
  od
}
