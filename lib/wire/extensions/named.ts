/** The user's types: extension 19, and 32 to 63. */
import { EncodeError, RingsnakeError } from '../../errors.js';
import * as mp from '../constants.gen.js';
import type { ExtensionType, NamedType, Registration } from '../values/type-registry.js';
import type { AnyWriter } from '../write-any.js';
import type { BodyReader } from './reading.js';

export function readNamed(reader: BodyReader, at: number): unknown {
  const name = reader.readValue();
  if (typeof name !== 'string') throw reader.malformed(mp.EXT_NAMED, at);
  const value = reader.readValue();
  if (reader.position !== reader.end) throw reader.malformed(mp.EXT_NAMED, at);
  const type: NamedType<unknown> | undefined = reader.types?.named(name);
  if (type === undefined) return value;
  try {
    return type.fromValue(value);
  } catch (error) {
    throw reader.problem(`invalid value of type ${name}: ${reason(error)}`, at);
  }
}

/** What a registered type makes of the body of extension `code`; `body` is a copy. */
export function makeExtension(
  type: ExtensionType<unknown>,
  body: Uint8Array,
): { value: unknown } | { why: string } {
  try {
    return { value: type.fromBytes(body) };
  } catch (error) {
    return { why: reason(error) };
  }
}

export function writeRegistered(
  out: AnyWriter,
  instance: object,
  registration: Registration,
): void {
  if ('code' in registration) {
    const { code, extension } = registration;
    const body = asking(instance, () => extension.toBytes(instance));
    out.writer.writeExtension(code, body);
    return;
  }
  const { name, named } = registration;
  const value = out.substitute(instance, () => asking(instance, () => named.toValue(instance)));
  out.hold(mp.EXT_NAMED, () => {
    out.writer.writeString(name);
    out.write(value);
  });
}

/** What the user's own function returns. */
function asking<T>(instance: object, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (error instanceof RingsnakeError) throw error;
    const name = instance.constructor.name;
    throw new EncodeError(`an instance of ${name} cannot cross: ${reason(error)}`);
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
