import { constants } from 'node:os';
import type { ControlSocket } from '../channel/control.js';
import {
  type ProtocolError,
  type RingsnakeError,
  SessionClosedError,
  WorkerExitedError,
} from '../errors.js';
import type { PeerExit, RingEnd } from '../ring/ring-end.js';
import type { CallOptions } from '../session/call-options.js';
import type { Exposure } from '../session/exposure.js';
import type { Service } from '../session/interface.js';
import { Session } from '../session/session.js';
import { FrameKind } from '../wire/constants.gen.js';
import type { ValidationLevel } from '../wire/validation-level.js';
import type { TypeRegistry } from '../wire/values/type-registry.js';
import { Escalation, type EscalationTimes } from './escalation.js';
import { Handshake, type StartDetails, tell } from './handshake.js';
import { countOutOfMemoryKills } from './out-of-memory.js';
import type { WorkerExit, WorkerPlace } from './place.js';

/** How long an orderly end may take. */
export interface CloseTimes {
  /** Milliseconds for running calls, before SIGTERM. */
  readonly timeout: number;
  /** Milliseconds after that, before SIGKILL. */
  readonly terminateTimeout: number;
}

interface IncarnationParts {
  readonly end: RingEnd;
  /** Taken over. */
  readonly control: ControlSocket;
  readonly place: WorkerPlace;
  readonly services: readonly Service[];
  readonly onProtocolError: (error: ProtocolError) => void;
  readonly types: TypeRegistry | undefined;
  /** What errors tell the other side, in both directions. */
  readonly exposure: Exposure;
  readonly previews: boolean;
  readonly validation: ValidationLevel;
  readonly callOptions: CallOptions;
  /** Whether both sides record how long calls take. */
  readonly latencies: boolean;
  readonly escalation: EscalationTimes;
}

/**
 * One process of a worker and the session with it, from its start to its end; the next one is another.
 *
 *   state      on                       goes to
 *   starting   welcome                  running
 *   starting   refusal, exit, timeout   ended
 *   running    close()                  closing
 *   running    exit                     ended     open calls reject with WorkerExitedError
 *   closing    exit                     ended     open calls reject with SessionClosedError
 */
export class Incarnation {
  readonly end: RingEnd;
  readonly session: Session;
  readonly pid: number;
  /** When it was started, on the clocks of `performance` and of the world. */
  readonly startedAt: number = performance.now();
  readonly startedOn: Date = new Date();
  readonly #place: WorkerPlace;
  readonly #control: ControlSocket;
  readonly #handshake: Handshake;
  readonly #services: readonly Service[];
  readonly #outOfMemoryKills: number | undefined = countOutOfMemoryKills();
  #closing: Promise<WorkerExit> | undefined;
  readonly #escalation: Escalation;
  #killed = false;
  /** Why we killed it, for who asks. */
  #killReason: string | undefined;
  #usable = false;
  #ending: RingsnakeError | undefined;
  /** Resolves when the process has ended and the session with it. Never rejects. */
  readonly exited: Promise<WorkerExit>;

  constructor(parts: IncarnationParts) {
    this.end = parts.end;
    this.#place = parts.place;
    this.#control = parts.control;
    this.#services = parts.services;
    this.pid = parts.place.pid as number;
    this.#escalation = new Escalation({
      ...parts.escalation,
      interrupt: (callId) => parts.place.interrupt(callId),
      kill: (reason) => {
        this.#killReason = reason;
        this.#killAndReap();
      },
      isUnread: (callId) => this.session.isUnread(callId),
    });
    this.session = new Session(parts.end, parts.services, {
      peerGone: () => {
        // The news of its exit is on the way, and someone may wait for what follows.
        parts.place.reference(true);
        return this.#exitError(this.#blockingExit(parts.end.peerExit()));
      },
      onProtocolError: parts.onProtocolError,
      onBroken: () => this.#killAndReap(),
      types: parts.types,
      exposure: parts.exposure,
      previews: parts.previews,
      validation: parts.validation,
      callOptions: parts.callOptions,
      latencies: parts.latencies,
      peerPid: parts.place.pid,
      givenUpWatcher: this.#escalation,
    });
    parts.end.whileBlocked = () => parts.place.drainOutput();
    this.#handshake = new Handshake(parts);
    this.exited = parts.place.exited.then((exit) => this.#onExit(exit));
  }

  /** Whether calls can be made: it has started, is not known to be dead, and was not told to end. */
  get usable(): boolean {
    return this.#usable;
  }

  /** Why its calls are refused; undefined while they are not. */
  get ending(): RingsnakeError | undefined {
    return this.#ending;
  }

  /** The handshake. On failure the process is gone before this rejects. */
  async start(details: Omit<StartDetails, 'services'>): Promise<void> {
    try {
      const welcome = await this.#handshake.shake({ ...details, services: this.#services });
      this.session.introduce(welcome.serves);
      if (welcome.direct !== undefined && this.#place.isHere)
        this.session.callDirectly(welcome.direct);
    } catch (error) {
      this.session.end(new SessionClosedError('the worker did not start'));
      this.#killAndReap();
      await this.exited;
      throw error;
    }
    this.#usable = true;
    // From here on only open calls keep Node alive.
    this.#place.reference(false);
    this.#control.reference(false);
  }

  /** What Python is doing there; undefined when it does not say. */
  pythonStack(): Promise<string | undefined> {
    return this.#usable ? this.#place.readStack() : Promise.resolve(undefined);
  }

  /** Ends it in good order: it finishes running calls, then exits. Only the first call says how long that may take. */
  close(times: CloseTimes): Promise<WorkerExit> {
    this.#closing ??= this.#close(times);
    return this.#closing;
  }

  /** Ends it at once; open calls reject with `reason`. */
  destroy(reason: RingsnakeError): Promise<WorkerExit> {
    this.#usable = false;
    this.session.end(reason);
    this.#killAndReap();
    this.#closing ??= this.exited;
    return this.exited;
  }

  /** Ends the process, and keeps Node alive until it has ended. */
  #killAndReap(): void {
    this.#usable = false;
    this.#killed = true;
    this.#place.reference(true);
    this.#place.kill('SIGKILL');
  }

  async #close({ timeout, terminateTimeout }: CloseTimes): Promise<WorkerExit> {
    this.#place.reference(true);
    tell(this.#control, FrameKind.goodbye, null);
    let timer = setTimeout(() => {
      this.#place.kill('SIGTERM');
      timer = setTimeout(() => this.#place.kill('SIGKILL'), terminateTimeout);
    }, timeout);
    const exit = await this.exited;
    clearTimeout(timer);
    return exit;
  }

  async #onExit(exit: WorkerExit): Promise<WorkerExit> {
    this.#escalation.end();
    await this.#handshake.lastWord();
    this.#usable = false;
    this.session.receiveRest();
    this.#ending ??=
      this.#closing === undefined
        ? this.#exitError(exit)
        : new SessionClosedError('the worker was closed');
    this.session.end(this.#ending);
    this.#control.close();
    this.#handshake.fail(this.#ending);
    return exit;
  }

  #exitError(exit: WorkerExit): RingsnakeError {
    this.#usable = false;
    this.#place.takeLastWords();
    this.#ending = new WorkerExitedError({
      what: this.#place.name,
      ...exit,
      stderr: this.#place.stderrTail,
      outOfMemory: this.#wasOutOfMemory(),
      reason: this.#killReason,
    });
    return this.#ending;
  }

  #wasOutOfMemory(): boolean | null {
    if (this.#killed) return false;
    const now = countOutOfMemoryKills();
    if (now === undefined || this.#outOfMemoryKills === undefined) return null;
    return now > this.#outOfMemoryKills;
  }

  /** The exit as a blocked thread can learn it: libuv has not reaped the process yet. */
  #blockingExit(exit: PeerExit | undefined): WorkerExit {
    return {
      exitCode: exit?.exitCode ?? null,
      signal: exit?.signal == null ? null : signalName(exit.signal),
    };
  }
}

function signalName(number: number): string {
  const names = Object.entries(constants.signals);
  return names.find(([, value]) => value === number)?.[0] ?? `signal ${number}`;
}
