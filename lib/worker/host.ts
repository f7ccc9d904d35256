/** The Python process that started this worker. Twin: python/ringsnake/_worker/host.py. */
import { SessionClosedError } from '../errors.js';
import type { RingEnd } from '../ring/ring-end.js';
import { type ArrayClass, allocateArray } from '../ring/shared-array.js';
import type { CallOptions } from '../session/call-options.js';
import type { ClientClass } from '../session/interface.js';
import type { Session } from '../session/session.js';

interface Host {
  readonly session: Session;
  readonly end: RingEnd;
}

let host: Host | undefined;

/**
 * A client for an interface that the host serves: `client(ProgressClient)`. Throws SessionClosedError when this process is not a
 * worker, UnknownInterfaceError or SchemaMismatchError when the host serves no such interface.
 */
export function client<Client>(
  clientClass: ClientClass<Client>,
  options: CallOptions = {},
): Client {
  return hostOf(clientClass.definition.name).session.client(clientClass, options);
}

/**
 * An array in shared memory: filled and sent, it crosses without a copy, from `bulk_threshold` bytes on. After that it is empty: the
 * memory is the host's. Throws SessionClosedError when this process is not a worker, BackpressureError when too much of it is in use.
 */
export function allocate<Made extends ArrayBufferView>(
  kind: ArrayClass<Made>,
  length: number,
): Made {
  const { session, end } = hostOf('allocate()');
  session.mustBeOpen();
  return allocateArray(end, kind, length);
}

/** Called once, before the module is imported. */
export function setHost(found: Host): void {
  host = found;
}

function hostOf(wanted: string): Host {
  if (host !== undefined) return host;
  throw new SessionClosedError(
    `${wanted}: this process was not started by spawn_node(), so there is no host to call`,
  );
}
