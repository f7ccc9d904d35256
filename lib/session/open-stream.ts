import type { CallOptions } from './call-options.js';
import type { Caller } from './interface.js';
import { RemoteStream } from './remote-stream.js';
import { limitStream } from './stream-limit.js';
import { SyncStream } from './sync-stream.js';

/** A call whose result is a stream. */
export interface StreamCall {
  readonly method: number;
  readonly args: readonly unknown[];
  readonly options: CallOptions;
}

/** The stream that a call will bring; what is wrong with the call comes with its first item. Twin: python/ringsnake/_session/open_stream.py. */
export function openStream(
  caller: Pick<Caller, 'withOptions'>,
  { method, args, options }: StreamCall,
): RemoteStream<unknown> {
  const controller = new AbortController();
  const limited = limitStream(options);
  const stream = caller
    .withOptions({ signal: controller.signal })
    .call(method, args)
    .then((opened) => limited(opened as RemoteStream<unknown>));
  return RemoteStream.opening({ stream, cancel: () => controller.abort() });
}

/** The same, blocking for each item that is not there yet. */
export function openStreamSync(
  caller: Pick<Caller, 'callSync'>,
  { method, args, options }: StreamCall,
): IterableIterator<unknown> {
  const limited = limitStream(options);
  return new SyncStream(limited(caller.callSync(method, args) as RemoteStream<unknown>));
}

/** The stream of an object of this side, which no session carries. */
export async function* ownStream(source: unknown): AsyncGenerator<unknown> {
  yield* (await source) as AsyncIterable<unknown>;
}
