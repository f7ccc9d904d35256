import type { FrameChannel } from '../channel/frame-channel.js';
import { EncodeError, UnknownMethodError } from '../errors.js';
import { FrameKind } from '../wire/constants.gen.js';
import type { FrameHeader } from '../wire/frame.js';
import type { ValueReader } from '../wire/value-reader.js';
import type { TypeRegistry } from '../wire/values/type-registry.js';
import type { MethodDefinition, Service } from './interface.js';
import { located } from './located.js';
import { errorToWire, shortened, type WireError, withoutDetails } from './remote-error.js';

/** A call the peer made, decoded and not yet run. */
interface IncomingCall {
  readonly header: FrameHeader;
  readonly service: Service;
  readonly method: MethodDefinition;
  readonly args: unknown[];
}

/**
 * Runs the calls that the peer makes, and answers each exactly once. Threads: the channel's. Normative: spec/wire/frame.md §4.
 * Twin: python/ringsnake/_session/callee.py.
 */
export class Callee {
  readonly #channel: FrameChannel;
  readonly #services: readonly Service[];
  readonly #types: TypeRegistry | undefined;
  readonly #received: IncomingCall[] = [];
  /** Calls whose handlers have not answered yet. */
  readonly #running = new Set<PromiseLike<unknown>>();

  constructor(channel: FrameChannel, services: readonly Service[], types?: TypeRegistry) {
    this.#channel = channel;
    this.#services = services;
    this.#types = types;
  }

  /** One call, as it lies in the ring: decodes it for `run`, or answers it with what is wrong. */
  receive(header: FrameHeader, reader: ValueReader): void {
    const service = this.#services[header.interfaceIndex];
    const method = service?.definition.methods[header.methodIndex];
    if (service === undefined || method === undefined) {
      this.#answerError(
        header,
        new UnknownMethodError(
          `method ${header.methodIndex} of interface ${header.interfaceIndex} is not served here: run \`ringsnake gen\` for both sides from the same file`,
        ),
      );
      this.#channel.flushSoon();
      return;
    }
    try {
      const args = method.readArguments(reader);
      reader.finish();
      this.#received.push({ header, service, method, args });
    } catch (error) {
      this.#answerError(
        header,
        located(error, (path) => `${method.name}(${path})`),
      );
      this.#channel.flushSoon();
    }
  }

  /** Resolves when the calls that run here have answered. */
  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  /** Runs what was received. May be entered again from within a handler that makes a synchronous call. */
  run(): void {
    for (let call = this.#received.shift(); call !== undefined; call = this.#received.shift()) {
      if (this.#channel.closed) return;
      this.#run(call);
      // The next handler may run for long; this answer shall not wait for it.
      this.#channel.flush();
    }
  }

  #run(call: IncomingCall): void {
    const { header, service, method, args } = call;
    try {
      const implementation = service.implementation as Record<
        string,
        (...args: unknown[]) => unknown
      >;
      const handler = implementation[method.name];
      if (typeof handler !== 'function') {
        throw new UnknownMethodError(
          `the object that serves ${service.definition.name} here has no method ${method.name}`,
        );
      }
      const result = handler.apply(implementation, args);
      if (isThenable(result)) {
        this.#running.add(result);
        result.then(
          (value) => {
            this.#running.delete(result);
            this.#answer(call, value);
            this.#channel.flushSoon();
          },
          (error: unknown) => {
            this.#running.delete(result);
            this.#answerError(header, error);
            this.#channel.flushSoon();
          },
        );
      } else this.#answer(call, result);
    } catch (error) {
      this.#answerError(header, error);
    }
  }

  #answer({ header, method }: IncomingCall, value: unknown): void {
    if (this.#channel.closed) return;
    const writer = this.#channel.begin({
      ...header,
      kind: FrameKind.result,
      interfaceIndex: 0,
      methodIndex: 0,
    });
    try {
      method.writeResult(writer, value);
    } catch (error) {
      this.#channel.abort();
      this.#answerError(
        header,
        located(error, (path) => `${method.name}()${path}`),
      );
      return;
    }
    try {
      this.#channel.commit();
    } catch (error) {
      this.#answerError(header, error);
    }
  }

  #answerError(header: FrameHeader, thrown: unknown): void {
    if (this.#channel.closed) return;
    const error = errorToWire(thrown);
    try {
      this.#sendError(header, error);
    } catch (problem) {
      this.#sendPlainError(header, error, problem);
    }
  }

  /** The caller must hear something. */
  #sendPlainError(header: FrameHeader, error: WireError, problem: unknown): void {
    try {
      if (!(problem instanceof EncodeError)) throw problem;
      this.#sendError(header, withoutDetails(error, problem.message));
    } catch {
      // Larger than the ring carries; this fits into any.
      this.#sendError(header, shortened(error));
    }
  }

  #sendError(header: FrameHeader, error: WireError): void {
    const writer = this.#channel.begin({
      ...header,
      kind: FrameKind.error,
      interfaceIndex: 0,
      methodIndex: 0,
    });
    try {
      writer.writeValue(error, this.#types && { types: this.#types });
    } catch (problem) {
      this.#channel.abort();
      throw problem;
    }
    this.#channel.commit();
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
