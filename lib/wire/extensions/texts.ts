/** What is a text in its own right: extensions 13, 14 and 20. */
import { isUtf8 } from 'node:buffer';
import * as mp from '../constants.gen.js';
import { readLatin1 } from '../text.js';
import type { ValueWriter } from '../value-writer.js';
import { Decimal } from '../values/decimal.js';
import { Uuid } from '../values/uuid.js';

const UUID_SIZE = 16;

export function writeDecimal(writer: ValueWriter, { text }: Decimal): void {
  writer.writeExtension(mp.EXT_DECIMAL, Buffer.from(text, 'latin1'));
}

export function decodeDecimal(body: Uint8Array): Decimal | undefined {
  if (body.length > mp.MAX_DECIMAL) return undefined;
  const text = readLatin1(body, 0, body.length);
  return Decimal.isCanonical(text) ? new Decimal(text) : undefined;
}

export function writeUuid(writer: ValueWriter, uuid: Uuid): void {
  writer.writeExtension(mp.EXT_UUID, uuid.toBytes());
}

export function decodeUuid(body: Uint8Array): Uuid | undefined {
  return body.length === UUID_SIZE ? Uuid.fromBytes(body) : undefined;
}

export function writeUrl(writer: ValueWriter, { href }: URL): void {
  writer.writeExtension(mp.EXT_URL, Buffer.from(href, 'utf8'));
}

export function decodeUrl(body: Uint8Array): URL | undefined {
  if (!isUtf8(body)) return undefined;
  const text = Buffer.from(body).toString('utf8');
  // What URL would strip from the front is not of the form that Python checks.
  if (!/^[a-z][a-z0-9+.-]*:/i.test(text)) return undefined;
  return URL.canParse(text) ? new URL(text) : undefined;
}
