import { setImmediate as turn } from 'node:timers/promises';
import type { ProtocolError } from 'ringsnake';
import { SessionClosedError } from '../../../lib/errors.js';
import { Doorbell, Region } from '../../../lib/ring/region.js';
import { Exchange, RingEnd } from '../../../lib/ring/ring-end.js';
import { announce } from '../../../lib/session/served-interface.js';
import { Session } from '../../../lib/session/session.js';
import { BankClient } from '../bank/bank.gen.js';
import { bankServer } from '../bank/bank-server.js';
import { hostTicker } from '../ticker/serve.js';
import { TickerClient } from '../ticker/ticker.gen.js';
import { type Malformed, PROBE, STATES, type StateOfSession } from './cases.js';

/** Turns of the event loop that an answer may take. */
const TURNS = 200;
const RING = 65_536;

const nothing = (): void => {};

/** A session, and the bare other end of its channel. */
class Attacked {
  readonly session: Session;
  /** How it was ended, if it was. */
  brokenBy: ProtocolError | undefined;
  /** Kind and number of what it has sent. */
  readonly sent: string[] = [];
  readonly #peer: RingEnd;
  readonly #close: () => void;

  constructor() {
    const region = Region.create(RING);
    const [bell, peerBell] = [Doorbell.create(), Doorbell.create()];
    const end = RingEnd.of({ region, side: 0, ownDoorbell: bell, peerDoorbell: peerBell });
    this.#peer = RingEnd.of({ region, side: 1, ownDoorbell: peerBell, peerDoorbell: bell });
    const services = [bankServer(() => this.session.handles()), hostTicker()];
    this.session = new Session(end, services, {
      peerGone: () => new SessionClosedError('gone'),
      onProtocolError: nothing,
      onBroken: (error) => {
        this.brokenBy = error;
      },
    });
    this.session.introduce(announce(services));
    this.#close = () => {
      this.session.end(new SessionClosedError('over'));
      this.#peer.close();
      for (const part of [region, bell, peerBell]) part.close();
    };
  }

  /** Lays a frame into the ring. */
  send(hex: string): void {
    const frame = Buffer.from(hex, 'hex');
    const at = this.#peer.endpoint.tryClaim(frame.length);
    if (at < 0) throw new Error('no room');
    this.#peer.bytes.set(frame, at);
    this.#peer.endpoint.commit(frame.length);
  }

  /** Lets the session do what it has to do, and sees what it sends. */
  async serve(): Promise<void> {
    this.session.receiveRest();
    await turn();
    const { endpoint, bytes, view } = this.#peer;
    for (let count = endpoint.peek(); count > 0; count = endpoint.peek()) {
      for (let i = 0; i < count; i++) {
        const at = endpoint.exchange[Exchange.records + 2 * i] as number;
        this.sent.push(`${bytes[at]} ${view.getUint32(at + 4, true)}`);
      }
      endpoint.release();
    }
  }

  /** Does what brings it into the state, up to the peer's part. */
  act(own: StateOfSession['own']): void {
    const ticker = this.session.client(TickerClient);
    const bank = this.session.client(BankClient);
    const abort = new AbortController();
    const read = async (isLeft: boolean): Promise<void> => {
      for await (const _ of ticker.endless()) if (isLeft) break;
    };
    switch (own) {
      case 'call':
        ticker.add(1, 2).catch(nothing);
        break;
      case 'abandon':
        ticker.withOptions({ signal: abort.signal }).add(1, 2).catch(nothing);
        abort.abort();
        break;
      case 'ping':
        this.session.ping().catch(nothing);
        break;
      case 'consume':
      case 'leave':
        read(own === 'leave').catch(nothing);
        break;
      case 'ask':
        ticker.told().next().catch(nothing);
        break;
      case 'open':
        bank
          .open('Ada')
          .then((account) => account.name())
          .catch(nothing);
        break;
      case 'end':
        this.session.end(new SessionClosedError('over'));
    }
  }

  /** A call whose answer is there already, behind what comes before it. */
  block(): void {
    try {
      this.session.client(TickerClient).sync.add(1, 2);
    } catch {
      // Whatever it was told.
    }
  }

  close(): void {
    this.#close();
  }
}

/** What becomes of a session of Node's: 'goes on', or the code of what ended it. */
export async function attackNode({ state, frame }: Malformed): Promise<string> {
  const { own, frames } = STATES[state] as StateOfSession;
  const attacked = new Attacked();
  try {
    attacked.act(own);
    if (own === 'block') {
      for (const each of [frame, ...frames]) attacked.send(each);
      attacked.block();
    } else {
      await attacked.serve();
      for (const each of frames) {
        attacked.send(each);
        await attacked.serve();
      }
      attacked.send(frame);
    }
    await attacked.serve();
    return await outcomeOf(attacked, own);
  } catch (error) {
    return `threw ${String(error)}`;
  } finally {
    attacked.close();
  }
}

async function outcomeOf(attacked: Attacked, own: StateOfSession['own']): Promise<string> {
  const codeOfEnd = (): string | undefined => attacked.brokenBy?.code;
  const code = codeOfEnd();
  if (code !== undefined) return code;
  if (own === 'end') return 'goes on';
  for (const each of PROBE.frames) attacked.send(each);
  const wanted = [`24 ${PROBE.pingId}`, `17 ${PROBE.callId}`];
  for (let turns = 0; turns < TURNS; turns++) {
    await attacked.serve();
    const ended = codeOfEnd();
    if (ended !== undefined) return ended;
    if (wanted.every((each) => attacked.sent.includes(each))) return 'goes on';
  }
  return 'answers no more';
}
