import type { ControlSocket } from '../channel/control.js';
import { ResourceError, StartTimeoutError } from '../errors.js';
import type { RingEnd } from '../ring/ring-end.js';
import type { Exposure } from '../session/exposure.js';
import type { Service } from '../session/interface.js';
import { announce } from '../session/served-interface.js';
import { FrameKind, WIRE_VERSION } from '../wire/constants.gen.js';
import type { ValidationLevel } from '../wire/validation-level.js';
import type { WorkerPlace } from './place.js';
import { STACK_SIGNAL } from './python-stack.js';
import { type HandshakeDetails, readWelcome, type Welcome } from './refusal.js';

/** After an exit during the handshake, how long the worker's last message is waited for. */
const CONTROL_END_MS = 50;
/** How long the news of an exit may take that explains why a message could not be sent. */
const EXIT_NEWS_MS = 500;

/** What hello says, and how long the answer may take. */
export interface StartDetails extends HandshakeDetails {
  /** Milliseconds. */
  readonly timeout: number;
  /** Microseconds that the worker spins before it sleeps; negative: what pays. */
  readonly spin: number;
  /** Whether the worker records how long calls take. */
  readonly latencies: boolean;
  /** Undefined: handlers are not interrupted. */
  readonly interruptSignal: number | undefined;
  readonly services: readonly Service[];
  /** What the worker's errors tell us. */
  readonly exposure: Exposure;
  readonly previews: boolean;
  readonly validation: ValidationLevel;
  /** What follows the module in Python's `sys.argv`; undefined: it knows from its command line. */
  readonly args?: readonly string[];
}

interface HandshakeParts {
  readonly control: ControlSocket;
  readonly end: RingEnd;
  readonly place: WorkerPlace;
}

/** Hello, and what comes back. Normative: spec/wire/handshake.md §3. */
export class Handshake {
  readonly #parts: HandshakeParts;
  #onFrame: ((kind: FrameKind, value: unknown) => void) | undefined;
  #onFailure: ((error: Error) => void) | undefined;
  #onControlEnd: (() => void) | undefined;

  constructor(parts: HandshakeParts) {
    this.#parts = parts;
    parts.control.listen({
      // Later the worker says goodbye when its own code ends it; its exit follows and says the rest.
      onFrame: (kind, value) => this.#onFrame?.(kind, value),
      onEnd: () => {
        this.#onControlEnd?.();
        parts.place.onControlEnd();
      },
      onBroken: (error) => this.fail(error),
    });
  }

  /** What the worker says. Rejects with StartTimeoutError, or with what `fail` says. */
  shake(details: StartDetails): Promise<Welcome> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(async () => {
        const stack = await this.#parts.place.readStack();
        // It may have come up meanwhile, or died of being asked.
        if (this.#onFailure !== undefined) this.fail(timeoutError(details, stack));
      }, details.timeout);
      const settle = (action: () => void): void => {
        clearTimeout(timer);
        this.#onFrame = undefined;
        this.#onFailure = undefined;
        action();
      };
      this.#onFailure = (error) => settle(() => reject(error));
      this.#onFrame = (kind, value) =>
        settle(() => {
          try {
            resolve(readWelcome(kind, value, details));
          } catch (error) {
            reject(error as Error);
          }
        });
      this.#sayHello(details);
    });
  }

  /** Gives up, if it is still going on. */
  fail(error: Error): void {
    this.#onFailure?.(error);
  }

  /** The process has ended: a refusal may still lie unread in the socket, and says more. Not waited for long, since a process that
   * the worker forked may hold the socket open. */
  lastWord(): Promise<void> {
    if (this.#onFrame === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, CONTROL_END_MS);
      this.#onControlEnd = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #sayHello(details: StartDetails): void {
    const { module, spin, services, exposure, previews, validation, latencies, interruptSignal } =
      details;
    const { args } = details;
    const { control, end } = this.#parts;
    const problem = tell(
      control,
      FrameKind.hello,
      {
        wireVersion: WIRE_VERSION,
        hostPid: process.pid,
        module,
        spin,
        stackSignal: STACK_SIGNAL,
        ...(latencies && { latencies }),
        ...(interruptSignal !== undefined && { interruptSignal }),
        bulkLimit: end.bulkLimit,
        ...(Number.isFinite(end.bulkThreshold) && { bulkThreshold: end.bulkThreshold }),
        ...(exposure !== 'full' && { exposeErrors: exposure }),
        ...(!previews && { valuePreviews: false }),
        ...(validation !== 'full' && { validation }),
        ...(args !== undefined && { args }),
        serves: announce(services),
      },
      [end.peerSocket],
    );
    end.closePeerSocket();
    if (problem !== undefined) setTimeout(() => this.fail(problem), EXIT_NEWS_MS);
  }
}

/** Sends, or returns why not. Mostly because the worker is gone; then its exit, which is on its way, says more. */
export function tell(
  control: ControlSocket,
  kind: FrameKind,
  value: unknown,
  descriptors?: readonly number[],
): ResourceError | undefined {
  try {
    control.send(kind, value, descriptors);
    return undefined;
  } catch (error) {
    if (error instanceof ResourceError) return error;
    throw error;
  }
}

function timeoutError(details: StartDetails, stack: string | undefined): Error {
  const doing =
    stack === undefined
      ? 'Python itself had not come up by then, or does not answer'
      : `it was doing this:\n${stack}`;
  return new StartTimeoutError(
    `${details.module} was not imported within ${details.timeout} ms: raise \`startTimeout\`, or do less at import; ${doing}`,
    stack ?? null,
  );
}
