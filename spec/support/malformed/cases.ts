import { bankDefinition } from '../bank/bank.gen.js';
import { tickerDefinition } from '../ticker/ticker.gen.js';

/** A frame that no peer may send, or not now, to a session in that state. */
export interface Malformed {
  readonly state: string;
  readonly name: string;
  readonly frame: string;
}

/** How a session comes into a state: what its own side does first, then what the peer sends. Frames in hexadecimal. */
export interface StateOfSession {
  readonly own?:
    | 'call'
    | 'abandon'
    | 'consume'
    | 'ask'
    | 'leave'
    | 'open'
    | 'ping'
    | 'block'
    | 'end';
  readonly frames: readonly string[];
}

const Kind = {
  call: 16,
  result: 17,
  error: 18,
  cancel: 19,
  callObject: 20,
  callResult: 21,
  release: 22,
  ping: 23,
  pong: 24,
  items: 32,
  credit: 33,
  end: 34,
  stop: 35,
} as const;
/**
 * Those of the control socket, and some that are none. Frames of kind 25 (schema) are not here, as the two languages do not do the same
 * with them: spec/evolution/handshake.spec.ts.
 */
const FOREIGN_KINDS = [1, 2, 3, 4, 0, 5, 15, 26, 31, 36, 255];

interface Head {
  readonly kind: number;
  readonly flags?: number;
  readonly interface?: number;
  readonly id?: number;
  readonly method?: number;
  readonly parent?: number;
}

function frame(head: Head, body: string): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt8(head.kind, 0);
  bytes.writeUInt8(head.flags ?? 0, 1);
  bytes.writeUInt16LE(head.interface ?? 0, 2);
  bytes.writeUInt32LE(head.id ?? 0, 4);
  bytes.writeUInt32LE(head.method ?? 0, 8);
  bytes.writeUInt32LE(head.parent ?? 0, 12);
  return bytes.toString('hex') + body;
}

const inBank = (name: string): Head => ({
  kind: Kind.call,
  id: 1,
  method: bankDefinition.methods.findIndex((method) => method.name === name),
});
const inTicker = (name: string): Head => ({
  kind: Kind.call,
  id: 1,
  interface: 1,
  method: tickerDefinition.methods.findIndex((method) => method.name === name),
});

const ADA = '91a3416461';
/** Object 1 and stream 1, of the peer. */
const OBJECT = 'd7180100000000000000';
const STREAM = 'd61901000000';
const NO_ARGUMENTS = '90';
const THREE = 'cb4008000000000000';
const answer = (body: string): string => frame({ kind: Kind.result, id: 1 }, body);

export const STATES: Readonly<Record<string, StateOfSession>> = {
  'nothing is open': { frames: [] },
  'a call was made': { own: 'call', frames: [] },
  'a call was given up': { own: 'abandon', frames: [] },
  'a thread is blocked': { own: 'block', frames: [answer(THREE)] },
  'a ping was sent': { own: 'ping', frames: [] },
  'a stream is read': { own: 'consume', frames: [answer(STREAM)] },
  'a generator is asked': { own: 'ask', frames: [answer(STREAM)] },
  'a stream was left': {
    own: 'leave',
    frames: [answer(STREAM), frame({ kind: Kind.items, id: 1, method: 1 }, '9101')],
  },
  'an object is held': { own: 'open', frames: [answer(OBJECT)] },
  'a call is served': { frames: [frame(inTicker('never'), NO_ARGUMENTS)] },
  'an object is lent': { frames: [frame(inBank('open'), ADA)] },
  'an object is promised': { frames: [frame(inBank('openLater'), ADA)] },
  'a stream is sent': { frames: [frame(inTicker('endless'), NO_ARGUMENTS)] },
  'a generator can be asked': { frames: [frame(inTicker('told'), NO_ARGUMENTS)] },
  'the session has ended': { own: 'end', frames: [] },
};

/** What must be answered whatever came before: a ping, and `add(1, 2)`. */
export const PROBE = {
  pingId: 77,
  callId: 1000,
  frames: [
    frame({ kind: Kind.ping, id: 77 }, 'c0'),
    frame({ ...inTicker('add'), id: 1000 }, '92cb3ff0000000000000cb4000000000000000'),
  ],
} as const;

const object = (id: string, owner: string): string => `d718${id}${owner}000000`;

const BODIES: Readonly<Record<string, string>> = {
  'no value': '',
  nil: 'c0',
  true: 'c3',
  'a number': '07',
  'not a number': 'cb7ff8000000000000',
  'a string': 'a178',
  bytes: 'c40101',
  'an empty array': '90',
  'an array of two': '920102',
  'an array of arrays': '919101',
  'an array of 2^64 - 1': '91cfffffffffffffffff',
  'an array of -1 and -1': '92ffff',
  'a map': '81a16101',
  'an error without sense': '83a4636f646505a76d6573736167659005a46d6f7265c3',
  'an object': object('92100000', '00'),
  'an object that was never lent': object('92100000', '01'),
  'object 1, coming home': object('01000000', '01'),
  'an object of nobody': object('01000000', '02'),
  'an array of an object': `91${object('92100000', '00')}`,
  'a stream': 'd61909000000',
  'stream 1 once more': STREAM,
  'an array of a stream': '91d61909000000',
  'a value and one more': 'c0c0',
  'a byte that is no value': 'c1',
  'a string that is cut off': 'd9ff61',
  'an array of 2^32 - 1': 'ddffffffff',
  'arrays 300 deep': `${'91'.repeat(300)}c0`,
};

const HEADS: Readonly<Record<string, Partial<Head>>> = {
  'a context that is cut off': { flags: 1 },
  'a blocked thread': { flags: 2 },
  'reserved flags': { flags: 4 },
  'all flags': { flags: 255 },
  'an interface that is not there': { interface: 0xffff },
  'a method that is not there, and 2^32 - 1 units': { method: 2 ** 32 - 1 },
  'a parent that is not there': { parent: 4242 },
  'itself as its parent': { id: 9, parent: 9 },
};

/** The number 0, one that is taken, and one that is not known. */
const IDS = [0, 1, 4242];

/** Every kind in every state with every defect. */
export function* malformed(): Generator<Malformed> {
  for (const state of Object.keys(STATES)) {
    for (const [kindName, kind] of Object.entries(Kind)) {
      // Items cost something; credit gives something.
      const method = kind === Kind.items || kind === Kind.credit ? 1 : 0;
      for (const id of IDS)
        for (const [bodyName, body] of Object.entries(BODIES)) {
          const name = `${kindName} ${id} with ${bodyName}`;
          yield { state, name, frame: frame({ kind, id, method }, body) };
        }
      for (const [headName, head] of Object.entries(HEADS)) {
        const name = `${kindName} with ${headName}`;
        yield { state, name, frame: frame({ kind, id: 1, method, ...head }, 'c0') };
      }
      const short = frame({ kind, id: 1 }, '').slice(0, 30);
      yield { state, name: `${kindName} shorter than its head`, frame: short };
    }
    for (const kind of FOREIGN_KINDS)
      yield { state, name: `kind ${kind}`, frame: frame({ kind, id: 1 }, 'c0') };
  }
}
