/** Types that come with the language or with Node.js, and what the generator thinks of them. */
import { ts } from 'ts-morph';
import type { DiagnosticCode } from '../diagnostics.js';

const TYPED_ARRAYS =
  'Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float16Array Float32Array ' +
  'Float64Array BigInt64Array BigUint64Array ArrayBuffer SharedArrayBuffer DataView Blob';

const STREAMS =
  'Iterable Iterator IterableIterator IteratorObject ArrayIterator MapIterator SetIterator Generator AsyncIterable ' +
  'AsyncIterator AsyncIterableIterator AsyncIteratorObject AsyncGenerator ReadableStream WritableStream Readable Writable';

const REFUSED: ReadonlyMap<string, DiagnosticCode> = new Map<string, DiagnosticCode>([
  ...entries('Map ReadonlyMap WeakMap', 'RSG129'),
  ...entries('Set ReadonlySet WeakSet', 'RSG130'),
  ...entries('Date', 'RSG131'),
  ...entries(TYPED_ARRAYS, 'RSG132'),
  ...entries('Buffer NonSharedBuffer', 'RSG133'),
  ...entries('Function CallableFunction NewableFunction', 'RSG126'),
  ...entries('Object', 'RSG123'),
  ...entries('Promise PromiseLike', 'RSG144'),
  ...entries(STREAMS, 'RSG139'),
]);

function entries(names: string, code: DiagnosticCode): [string, DiagnosticCode][] {
  return names.split(' ').map((name) => [name, code]);
}

/** Is the symbol declared by the language's library or by Node's types, and not by somebody's package? */
export function isLibrarySymbol(symbol: ts.Symbol | undefined, program: ts.Program): boolean {
  const files = (symbol?.declarations ?? []).map((declaration) => declaration.getSourceFile());
  return (
    files.length > 0 &&
    files.some(
      (file) => program.isSourceFileDefaultLibrary(file) || file.fileName.includes('/@types/node/'),
    )
  );
}

/** The reason to refuse a library type. */
export function refusalOf(symbol: ts.Symbol): DiagnosticCode {
  return REFUSED.get(symbol.name) ?? 'RSG140';
}

export function isStreamSymbol(symbol: ts.Symbol | undefined): boolean {
  return symbol !== undefined && REFUSED.get(symbol.name) === 'RSG139';
}

/** Those that can be a parameter or a result. */
const CROSSING_STREAMS: ReadonlySet<string> = new Set(
  'AsyncIterable AsyncIterableIterator AsyncIteratorObject AsyncGenerator ReadableStream'.split(
    ' ',
  ),
);

export function isCrossingStream(symbol: ts.Symbol | undefined): boolean {
  return symbol !== undefined && CROSSING_STREAMS.has(symbol.name);
}

/**
 * `Uint8Array` and `Float64Array` over any buffer. `Uint8Array<ArrayBuffer>` promises more than a decoded value keeps, so it
 * is not one of them.
 */
export function binaryKind(
  type: ts.Type,
  checker: ts.TypeChecker,
): 'bytes' | 'float64Array' | undefined {
  const kind = { Uint8Array: 'bytes', Float64Array: 'float64Array' } as const;
  const name = type.symbol.name;
  if (name !== 'Uint8Array' && name !== 'Float64Array') return undefined;
  const [buffer] = checker.getTypeArguments(type as ts.TypeReference);
  const any = buffer === undefined || checker.typeToString(buffer) === 'ArrayBufferLike';
  return any ? kind[name] : undefined;
}

/** `Int`: a number with the optional mark that ringsnake's `Int` carries. */
export function isInt(type: ts.Type): boolean {
  return (
    type.isIntersection() &&
    type.types.some((part) => (part.flags & ts.TypeFlags.Number) !== 0) &&
    type.getProperty('__ringsnakeInt') !== undefined
  );
}
