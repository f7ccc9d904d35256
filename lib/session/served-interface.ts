import { HandshakeError } from '../errors.js';
import type { Service } from './interface.js';

/** An interface as it is announced in hello and welcome. Normative: spec/wire/handshake.md §3. Twin: python/ringsnake/_session/served_interface.py. */
export interface ServedInterface {
  readonly name: string;
  readonly hash: string;
  readonly schema: string;
}

/** What to announce for `services`. */
export function announce(services: readonly Service[]): ServedInterface[] {
  return services.map(({ definition: { name, hash, schema } }) => ({ name, hash, schema }));
}

/** The peer's announcement, checked. Throws HandshakeError for anything else. */
export function readAnnouncement(value: unknown): ServedInterface[] {
  if (!Array.isArray(value)) throw new HandshakeError('the peer announced no list of interfaces');
  return value.map((entry: unknown) => {
    const { name, hash, schema } = (entry ?? {}) as Partial<Record<keyof ServedInterface, unknown>>;
    if (typeof name !== 'string' || typeof hash !== 'string' || typeof schema !== 'string') {
      throw new HandshakeError('the peer announced an interface without name, hash or schema');
    }
    return { name, hash, schema };
  });
}

/** Lines that only `ours` has with `-`, lines that only `theirs` has with `+`, in order. */
export function schemaDifference(ours: string, theirs: string): string {
  const ourLines = ours.trimEnd().split('\n');
  const theirLines = theirs.trimEnd().split('\n');
  const removed = ourLines.filter((line) => !theirLines.includes(line)).map((line) => `- ${line}`);
  const added = theirLines.filter((line) => !ourLines.includes(line)).map((line) => `+ ${line}`);
  return [...removed, ...added].join('\n');
}
