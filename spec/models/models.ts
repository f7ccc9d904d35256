/** Which models there are, within which bounds they are searched, and how each planted error shows. */
import type { Verdict } from '../support/spin.js';

/** Macros: `NAME` or `NAME=value`. */
export type Flags = readonly string[];

/** A model and what is searched in it. */
export interface Model {
  readonly name: string;
  /** Whether processes are killed in it: searched without reduction. */
  readonly kills?: true;
  /** The protocol itself: no error in any state. */
  readonly sound: readonly Flags[];
  /** The same, looking for ways to go round for ever. */
  readonly endless: readonly Flags[];
  /** Larger bounds, for the long form. */
  readonly large: readonly Flags[];
  /** Planted errors by how they show. A name may be followed by further flags. */
  readonly mutants: Readonly<Partial<Record<Verdict['finding'], readonly string[]>>>;
}

export const models: readonly Model[] = [
  {
    name: 'park-wake',
    sound: [[], ['CAPACITY=2', 'MESSAGES_0=3']],
    endless: [['SPURIOUS=0', 'MESSAGES_1=2']],
    large: [
      ['MESSAGES_0=3', 'MESSAGES_1=2', 'SPURIOUS=2'],
      ['MESSAGES_0=4', 'MESSAGES_1=3', 'CAPACITY=2'],
    ],
    mutants: {
      'invalid end state': [
        'NO_FENCE_AFTER_COMMIT',
        'NO_FENCE_AFTER_RELEASE',
        'NO_FENCE_AFTER_PARK',
        'NO_SECOND_LOOK',
        'LOOK_FORGETS_ROOM',
        'PARK_WITHOUT_FLAG',
        'NO_WAKE_AFTER_RELEASE',
        'CLEAR_BY_STORE',
        'KIND_FROM_LOOK',
        'NO_KERNEL_COMPARE',
        'EXPECTS_WHATEVER_IS_THERE',
        'PRESS_ONLY_IN_POLL',
        'CLEAR_BEFORE_POLL',
      ],
      assertion: ['NO_LOOK_AFTER_WAKE'],
      cycle: ['WANTS_STAYS_SET SPURIOUS=0 MESSAGES_1=2'],
    },
  },
  {
    name: 'commit',
    sound: [[], ['WEAK', 'RECORDS=5']],
    endless: [['WEAK']],
    large: [
      ['WEAK', 'RECORDS=7'],
      ['WEAK', 'UNITS=8'],
      ['WEAK', 'UNITS=6', 'RECORDS=5'],
    ],
    mutants: {
      assertion: [
        'COMMIT_RELAXED WEAK',
        'PADDING_RELAXED WEAK',
        'PAYLOAD_AFTER_COMMIT',
        'ZERO_AFTER_COMMIT',
        'NO_ZERO',
        'PADDING_BEFORE_ZERO',
        'PADDING_WITHOUT_ZERO',
        'NO_ROOM_FOR_NEXT_HEADER',
        'PADDING_NOT_COUNTED',
        'ABORT_TAKES_PADDING_BACK',
        'BATCH_PUBLISHES_FIRST',
        'RELEASE_BEFORE_READ',
        'VIEW_OUTLIVES_ROOM',
      ],
    },
  },
  {
    name: 'crash',
    kills: true,
    sound: [[], ['SLICE'], ['THREAD_ENDS']],
    endless: [['RECORDS=1']],
    large: [
      ['RECORDS=4', 'WEAK'],
      ['RECORDS=3', 'SLICE'],
      ['RECORDS=3', 'THREAD_ENDS'],
    ],
    mutants: {
      'invalid end state': [
        'PEER_NOT_WAITED_FOR',
        'EXPECTS_THE_END',
        'NO_WAITERS_BIT',
        'POLL_IGNORES_THE_END',
      ],
      assertion: ['NO_LAST_LOOK', 'HEADER_BEFORE_BODY', 'TRUSTS_THE_WORD THREAD_ENDS'],
    },
  },
  {
    name: 'back-pressure',
    sound: [[], ['CAPACITY=3']],
    endless: [[]],
    large: [
      ['CAPACITY=4', 'CALLS=5'],
      ['CAPACITY=2', 'CALLS=6'],
    ],
    mutants: {
      'invalid end state': [
        'BLOCKING_SEND',
        'DRAIN_ONCE',
        'DRAIN_WITHOUT_RELEASE',
        'PARK_WITHOUT_FLAG',
      ],
      assertion: ['OVERTAKES', 'RUNS_WHILE_WAITING'],
    },
  },
  {
    name: 'batching',
    sound: [[]],
    endless: [[]],
    large: [['MESSAGES=3'], ['MESSAGES=4']],
    mutants: {
      'invalid end state': [
        'WAIT_WITHOUT_FLUSH',
        'POLL_BEFORE_MICROTASKS',
        'SCHEDULED_STAYS_SET',
        'FLUSH_BEFORE_COMMIT',
        'FLUSH_FULL_BATCHES_ONLY',
        'WAKE_ONLY_IF_EMPTY',
        'ANSWERS_UNFLUSHED',
        'NO_FENCE_AFTER_COMMIT',
        'NO_EXCHANGE',
      ],
      assertion: ['PRESS_LEAVES_PARKED'],
    },
  },
  {
    name: 'lending',
    kills: true,
    sound: [['MESSAGES=2'], ['WEAK', 'MESSAGES=2']],
    endless: [['MESSAGES=2']],
    large: [['WEAK'], ['WEAK', 'MESSAGES=4'], ['SEGMENTS=2']],
    mutants: {
      'invalid end state': [
        'RETURN_BY_STORE',
        'NO_WAKE_AFTER_RELEASE',
        'NO_FENCE_AFTER_RELEASE',
        'COUNT_BEFORE_RETURN',
        'WANTS_AFTER_LOOK',
        'LOOK_FORGETS_SEGMENT',
        'PARK_WITHOUT_FLAG',
        'DEATH_UNSEEN',
      ],
      assertion: [
        'LEND_AFTER_PUBLISH',
        'FILL_AFTER_PUBLISH',
        'PUBLISH_RELAXED WEAK',
        'REUSE_WITHOUT_LOOK',
        'RETURN_BEFORE_READ',
        'RETURN_OF_ANY_GENERATION',
      ],
    },
  },
  {
    name: 'closing',
    sound: [[], ['DOORBELL_ONLY', 'CAPACITY=2'], ['WEAK', 'CAPACITY=2']],
    endless: [['MESSAGES=1', 'DOORBELL_ONLY']],
    large: [['MESSAGES=3', 'CAPACITY=2'], ['DOORBELL_ONLY'], ['MESSAGES=3', 'DOORBELL_ONLY']],
    mutants: {
      'invalid end state': [
        'CLOSE_WITHOUT_WAKE',
        'WAKE_BEFORE_CLOSED',
        'PEER_NOT_WAITED_FOR',
        'EXPECTS_THE_END',
        'POLL_IGNORES_THE_END',
        'PARK_FORGETS_THE_END DOORBELL_ONLY',
        'CLOSE_WITHOUT_PRESS DOORBELL_ONLY',
      ],
      assertion: [
        'NO_LAST_LOOK',
        'LAST_LOOK_TAKES_ONE CAPACITY=2',
        'CLOSED_BEFORE_COMMIT',
        'CLOSED_RELAXED WEAK',
      ],
    },
  },
];

/** Flags that are no error: other machines and kernels. */
export const VARIANTS = ['WEAK', 'SLICE', 'THREAD_ENDS', 'DOORBELL_ONLY'];
