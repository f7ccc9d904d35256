/** When something is done about a handler that goes on although nobody waits for it. Milliseconds since the call was given up; Infinity: never. */
export interface EscalationTimes {
  readonly interruptAfter: number;
  readonly killAfter: number;
}

/** The signal at which a worker interrupts handlers whose calls were given up: one that nobody else uses. Told in hello. */
export const INTERRUPT_SIGNAL = 61;

/** A signal that came while Python could not act on it is sent again, after this time and then after twice as long each time. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;
/** The longest that a timer can wait. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface EscalationParts extends EscalationTimes {
  /** Asks the handlers that nobody waits for to stop: of that call, at least. */
  readonly interrupt: (callId: number) => void;
  /** Ends the process; told why. */
  readonly kill: (reason: string) => void;
  /** Whether the worker has not begun that call yet: then another one holds it up. */
  readonly isUnread: (callId: number) => boolean;
}

/**
 * What becomes of calls that were given up and that the worker has not answered:
 *
 *   state      on                        goes to   and
 *   given up   answer, end               over
 *   given up   interruptAfter            given up  the worker is signalled, again and again
 *   given up   killAfter, not read yet   given up  it is counted anew
 *   given up   killAfter                 over      the process is killed
 *
 * Twin: python/ringsnake/_worker/interrupts.py.
 */
export class Escalation {
  readonly #parts: EscalationParts;
  readonly #stuck = new Map<number, () => void>();

  constructor(parts: EscalationParts) {
    this.#parts = parts;
  }

  /** The caller waits no longer. */
  givenUp(callId: number, method: string): void {
    const { interruptAfter, killAfter } = this.#parts;
    let interrupt: NodeJS.Timeout | undefined;
    let kill: NodeJS.Timeout | undefined;
    const interruptIn = (delay: number, pause: number): void => {
      interrupt = start(delay, () => {
        this.#parts.interrupt(callId);
        interruptIn(pause, Math.min(2 * pause, LONGEST_PAUSE_MS));
      });
    };
    const killLater = (): void => {
      kill = start(killAfter, () => {
        if (this.#parts.isUnread(callId)) killLater();
        else this.#kill(method);
      });
    };
    interruptIn(interruptAfter, FIRST_PAUSE_MS);
    killLater();
    this.#stuck.set(callId, () => {
      clearTimeout(interrupt);
      clearTimeout(kill);
    });
  }

  /** It was answered after all. */
  answered(callId: number): void {
    this.#stuck.get(callId)?.();
    this.#stuck.delete(callId);
  }

  end(): void {
    for (const stop of this.#stuck.values()) stop();
    this.#stuck.clear();
  }

  #kill(method: string): void {
    this.end();
    this.#parts.kill(
      `${method}() went on for ${this.#parts.killAfter} ms after its caller had given it up`,
    );
  }
}

/** A duration of EscalationTimes, as a user gives it. Throws RangeError. */
export function graceTime(name: string, milliseconds = Number.POSITIVE_INFINITY): number {
  if (typeof milliseconds === 'number' && milliseconds >= 0) return milliseconds;
  throw new RangeError(`\`${name}\` is a number of milliseconds, or Infinity`);
}

function start(delay: number, action: () => void): NodeJS.Timeout | undefined {
  return delay > LONGEST_TIMER_MS ? undefined : setTimeout(action, delay).unref();
}
