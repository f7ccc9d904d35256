/** Which stream it is that an item belongs to, for errors: `watch()#17.value`. Twin: python/ringsnake/_session/stream_origin.py. */
import { ValidationError } from '../errors.js';
import type { ValueReader } from '../wire/value-reader.js';
import { streamParameters } from './explain.js';
import { type InterfaceDefinition, type MethodDefinition, propertyOf } from './interface.js';
import { located } from './located.js';

export interface StreamOrigin {
  readonly definition: InterfaceDefinition;
  readonly method: MethodDefinition;
  readonly part: 'arguments' | 'result';
  /** Among the streams of the message. */
  readonly index: number;
}

/** An error about an item, with its whole path. */
export function itemLocated(
  error: unknown,
  origin: StreamOrigin | undefined,
  item: { readonly number: number; readonly given: unknown },
): unknown {
  return placed(error, origin, { ...item, value: { given: item.given } });
}

/** The same for a batch of items that arrived, of which so many came before. */
export function batchLocated(
  error: unknown,
  origin: StreamOrigin | undefined,
  { before, reader }: { readonly before: number; readonly reader: ValueReader },
): unknown {
  if (!(error instanceof ValidationError)) return error;
  const [head, at] = /^\[(\d+)\]/.exec(error.path) ?? ['', '0'];
  error.locate(error.path.slice(head.length));
  const value = { reader, item: Number(at) };
  return placed(error, origin, { number: before + Number(at), value });
}

/** An error about what was sent to a generator for the item of that number: what is given, or what a reader has come upon. */
export function sentLocated(
  error: unknown,
  origin: StreamOrigin | undefined,
  {
    number,
    ...value
  }: { readonly number: number } & ({ readonly given: unknown } | { readonly reader: ValueReader }),
): unknown {
  const stream = origin === undefined ? '' : nameOf(origin);
  const refused = origin && {
    ...origin,
    part: { sentTo: origin.part, index: origin.index },
    value,
  };
  const place = (path: string): string =>
    `${stream}#${number}.next(${path === '' ? '' : `value${path.replace(/^\[0\]/, '')}`})`;
  return located(error, place, refused);
}

function placed(
  error: unknown,
  origin: StreamOrigin | undefined,
  { number, value }: { readonly number: number; readonly value: Parameters<typeof refusedItem>[1] },
): unknown {
  const stream = origin === undefined ? '' : nameOf(origin);
  const refused = origin && refusedItem(origin, value);
  return located(error, (path) => `${stream}#${number}${path}`, refused);
}

function refusedItem(
  { definition, method, part, index }: StreamOrigin,
  value: { readonly given: unknown } | { readonly reader: ValueReader; readonly item: number },
) {
  return { definition, method, part: { itemsOf: part, index }, value } as const;
}

function nameOf(origin: StreamOrigin): string {
  const { method, part, index } = origin;
  if (part === 'result') return `${propertyOf(method)}()`;
  return `${propertyOf(method)}(${streamParameters(origin)[index] ?? ''})`;
}
