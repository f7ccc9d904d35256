import { constants } from 'node:os';
import type { ControlSocket } from '../channel/control.js';
import {
  HandshakeError,
  ModuleImportError,
  type ProtocolError,
  ResourceError,
  type RingsnakeError,
  SessionClosedError,
  StartTimeoutError,
  WorkerExitedError,
} from '../errors.js';
import type { PeerExit, RingEnd } from '../ring/ring-end.js';
import { type ArrayClass, allocateArray } from '../ring/shared-array.js';
import type { CallOptions } from '../session/call-options.js';
import type { ClientClass, Service } from '../session/interface.js';
import { announce, readAnnouncement } from '../session/served-interface.js';
import { Session } from '../session/session.js';
import { FrameKind, WIRE_VERSION } from '../wire/constants.gen.js';
import type { TypeRegistry } from '../wire/values/type-registry.js';
import type { WorkerExit, WorkerProcess } from './process.js';

/** How long an orderly end may take before SIGTERM, and then before SIGKILL. */
const CLOSE_TIMEOUT_MS = 5_000;
const TERMINATE_TIMEOUT_MS = 2_000;
/** After an exit during the handshake, how long the worker's last message is waited for. */
const CONTROL_END_MS = 50;
/** How long the news of an exit may take that explains why a message could not be sent. */
const EXIT_NEWS_MS = 500;

interface WorkerParts {
  readonly end: RingEnd;
  /** Taken over. */
  readonly control: ControlSocket;
  readonly process: WorkerProcess;
  readonly services: readonly Service[];
  readonly onProtocolError: (error: ProtocolError) => void;
  readonly types: TypeRegistry | undefined;
  /** Of every call. */
  readonly callOptions: CallOptions;
}

interface StartDetails {
  readonly interpreter: string;
  /** Dotted name or absolute path. */
  readonly module: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** Microseconds that the worker spins before it sleeps; negative: what pays. */
  readonly spin: number;
}

/**
 * A running Python process and the session with it. Made by `spawn()`.
 *
 *   state      on              goes to
 *   starting   welcome         running
 *   starting   refusal, exit, timeout   ended
 *   running    close()         closing
 *   running    exit            ended     open calls reject with WorkerExitedError
 *   closing    exit            ended     open calls reject with SessionClosedError
 */
export class Worker {
  readonly #end: RingEnd;
  readonly #process: WorkerProcess;
  readonly #services: readonly Service[];
  readonly #session: Session;
  readonly #control: ControlSocket;
  #onHandshake: ((kind: FrameKind, value: unknown) => void) | undefined;
  #onHandshakeFailure: ((error: Error) => void) | undefined;
  #onControlEnd: (() => void) | undefined;
  #closing: Promise<WorkerExit> | undefined;
  #kill: (() => void) | undefined;
  /** Resolves when the process has ended, for whatever reason. Never rejects. */
  readonly exited: Promise<WorkerExit>;

  /** For `spawn()` only. */
  constructor(parts: WorkerParts) {
    this.#end = parts.end;
    this.#process = parts.process;
    this.#services = parts.services;
    this.exited = parts.process.exited;
    parts.end.endpoint.watchPeer(parts.process.pid);
    this.#session = new Session(parts.end, parts.services, {
      peerGone: () => this.#exitError(this.#blockingExit(parts.end.peerExit())),
      onProtocolError: parts.onProtocolError,
      onBroken: () => this.#killAndReap(),
      types: parts.types,
      callOptions: parts.callOptions,
    });
    this.#control = parts.control;
    this.#control.listen({
      onFrame: (kind, value) => this.#onControlFrame(kind, value),
      onEnd: () => this.#onControlEnd?.(),
      onBroken: (error) => this.#failHandshake(error),
    });
    void this.exited.then((exit) => this.#onExit(exit));
  }

  /** The process id. */
  get pid(): number {
    return this.#process.pid;
  }

  /** A client for an interface that the worker serves; see `Session.client`. */
  client<Client>(clientClass: ClientClass<Client>, options: CallOptions = {}): Client {
    return this.#session.client(clientClass, options);
  }

  /**
   * An array in shared memory: filled and passed to a call, it crosses without a copy, from `bulkThreshold` bytes on. After that it is
   * empty: the memory is the worker's. Throws BackpressureError when too much of it is in use; see `release`.
   */
  allocate<Made extends ArrayBufferView>(kind: ArrayClass<Made>, length: number): Made {
    this.#session.mustBeOpen();
    return allocateArray(this.#end, kind, length);
  }

  /**
   * Ends the worker in good order: it finishes running calls, then exits; after 5 s it is told to (SIGTERM), 2 s later it
   * is killed. Calls still open then reject with SessionClosedError. May be called again; resolves when the process has ended.
   */
  close(): Promise<WorkerExit> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Ends the worker at once, whatever it does. Open calls reject with SessionClosedError. */
  destroy(): Promise<WorkerExit> {
    this.#session.end(new SessionClosedError('the worker was destroyed'));
    this.#killAndReap();
    this.#closing ??= this.exited;
    return this.exited;
  }

  /** For `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** For `spawn()` only: the handshake. On failure the process is gone before this rejects. */
  async start(details: StartDetails): Promise<void> {
    try {
      this.#session.introduce(await this.#shakeHands(details));
    } catch (error) {
      this.#session.end(new SessionClosedError('the worker did not start'));
      this.#killAndReap();
      await this.exited;
      throw error;
    }
    // From here on only open calls keep Node alive.
    this.#process.reference(false);
    this.#control.reference(false);
  }

  #shakeHands(details: StartDetails): Promise<ReturnType<typeof readAnnouncement>> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () =>
          reject(
            new StartTimeoutError(
              `${details.module} was not imported within ${details.timeout} ms: raise \`startTimeout\`, or look what the module does while it is imported`,
            ),
          ),
        details.timeout,
      );
      const settle = (action: () => void): void => {
        clearTimeout(timer);
        this.#onHandshake = undefined;
        this.#onHandshakeFailure = undefined;
        action();
      };
      this.#onHandshakeFailure = (error) => settle(() => reject(error));
      this.#onHandshake = (kind, value) =>
        settle(() => {
          try {
            resolve(readWelcome(kind, value, details));
          } catch (error) {
            reject(error as Error);
          }
        });
      const problem = this.#tell(
        FrameKind.hello,
        {
          wireVersion: WIRE_VERSION,
          hostPid: process.pid,
          module: details.module,
          spin: details.spin,
          bulkLimit: this.#end.bulkLimit,
          ...(Number.isFinite(this.#end.bulkThreshold) && {
            bulkThreshold: this.#end.bulkThreshold,
          }),
          serves: announce(this.#services),
        },
        [this.#end.peerSocket],
      );
      this.#end.closePeerSocket();
      if (problem !== undefined) setTimeout(() => this.#failHandshake(problem), EXIT_NEWS_MS);
    });
  }

  /** Sends, or returns why not. Mostly because the worker is gone; then its exit, which is on its way, says more. */
  #tell(
    kind: FrameKind,
    value: unknown,
    descriptors?: readonly number[],
  ): ResourceError | undefined {
    try {
      this.#control.send(kind, value, descriptors);
      return undefined;
    } catch (error) {
      if (error instanceof ResourceError) return error;
      throw error;
    }
  }

  /** Ends the process, and keeps Node alive until it has ended. */
  #killAndReap(): void {
    this.#process.reference(true);
    this.#process.kill('SIGKILL');
  }

  #onControlFrame(kind: FrameKind, value: unknown): void {
    if (this.#onHandshake !== undefined) this.#onHandshake(kind, value);
    // The worker says goodbye when its own code ends it; its exit follows and says the rest.
  }

  #failHandshake(error: Error): void {
    this.#onHandshakeFailure?.(error);
  }

  async #close(): Promise<WorkerExit> {
    this.#process.reference(true);
    this.#tell(FrameKind.goodbye, null);
    const terminate = setTimeout(() => {
      this.#process.kill('SIGTERM');
      const kill = setTimeout(() => this.#process.kill('SIGKILL'), TERMINATE_TIMEOUT_MS);
      this.#kill = () => clearTimeout(kill);
    }, CLOSE_TIMEOUT_MS);
    const exit = await this.exited;
    clearTimeout(terminate);
    this.#kill?.();
    return exit;
  }

  async #onExit(exit: WorkerExit): Promise<void> {
    // A refusal may still lie unread in the socket, and says more than the exit does.
    if (this.#onHandshake !== undefined) await this.#controlEnd();
    const reason =
      this.#closing === undefined
        ? this.#exitError(exit)
        : new SessionClosedError('the worker was closed');
    this.#session.end(reason);
    this.#control.close();
    this.#failHandshake(reason);
  }

  /** The socket was read to its end; not waited for long, since a process that the worker forked may hold it open. */
  #controlEnd(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, CONTROL_END_MS);
      this.#onControlEnd = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #exitError(exit: WorkerExit): RingsnakeError {
    return new WorkerExitedError({
      what: `worker ${this.pid}`,
      ...exit,
      stderr: this.#process.stderrTail,
    });
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

function readWelcome(
  kind: FrameKind,
  value: unknown,
  details: StartDetails,
): ReturnType<typeof readAnnouncement> {
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  switch (kind) {
    case FrameKind.welcome:
      return readAnnouncement(fields['serves']);
    case FrameKind.refusal:
      throw refusal(fields, details);
    default:
      throw new HandshakeError(`the worker answered hello with frame kind ${kind}`);
  }
}

function refusal(fields: Record<string, unknown>, details: StartDetails): Error {
  const type = String(fields['type']);
  const message = String(fields['message']);
  if (fields['code'] !== 'RS_MODULE_IMPORT')
    return new HandshakeError(`the worker refused: ${message}`);
  const traceback = String(fields['traceback']);
  const hint =
    type === 'ModuleNotFoundError'
      ? `\nInstall what is missing for this interpreter: ${details.interpreter} -m pip install …`
      : '';
  return new ModuleImportError(
    `${details.module} did not import: ${type}: ${message}${hint}\n${traceback}`,
    { type, traceback },
  );
}
