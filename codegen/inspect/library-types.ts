/** Types that come with the language or with Node.js, and what the generator thinks of them. */
import { ts } from 'ts-morph';
import type { DiagnosticCode } from '../diagnostics.js';
import type { ScalarKind, TypedArrayName } from '../model.js';

const BUFFERS = 'SharedArrayBuffer ArrayBufferView Blob Float16Array';

const TYPED_ARRAYS: ReadonlySet<string> = new Set([
  'Int8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
] satisfies TypedArrayName[]);

const SCALARS: ReadonlyMap<string, ScalarKind> = new Map<string, ScalarKind>([
  ['Date', 'date'],
  ['URL', 'url'],
  ['RegExp', 'regexp'],
  ['Uint8Array', 'bytes'],
  ['ArrayBuffer', 'arrayBuffer'],
  ['DataView', 'dataView'],
]);

const STREAMS =
  'Iterable Iterator IterableIterator IteratorObject ArrayIterator MapIterator SetIterator Generator AsyncIterable ' +
  'AsyncIterator AsyncIterableIterator AsyncIteratorObject AsyncGenerator ReadableStream WritableStream Readable Writable';

const REFUSED: ReadonlyMap<string, DiagnosticCode> = new Map<string, DiagnosticCode>([
  ...entries('WeakMap', 'RSG129'),
  ...entries('WeakSet', 'RSG130'),
  ...entries(BUFFERS, 'RSG132'),
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

/** Where a type has methods from that are not the author's: a `Date` that was extended, or mapped. */
export function libraryBase(
  type: ts.Type,
  { program }: { readonly program: ts.Program },
): ts.Symbol | undefined {
  if ((type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) === 0) return undefined;
  const owner = type
    .getProperties()
    // Of an intersection each member is a property.
    .flatMap(({ declarations = [] }) => declarations.filter(ts.isMethodSignature))
    .map(({ parent }) => parent)
    .find((parent) => program.isSourceFileDefaultLibrary(parent.getSourceFile()));
  return owner && (owner as ts.Node & { readonly symbol?: ts.Symbol }).symbol;
}

/** The reason to refuse a library type. */
export function refusalOf(symbol: ts.Symbol): DiagnosticCode {
  return REFUSED.get(symbol.name) ?? 'RSG140';
}

export function isStreamSymbol(symbol: ts.Symbol | undefined): boolean {
  return symbol !== undefined && REFUSED.get(symbol.name) === 'RSG139';
}

/** What stops a call. */
export function isAbortSignal(type: ts.Type, program: ts.Program): boolean {
  return isLibrarySymbol(type.symbol, program) && type.symbol.name === 'AbortSignal';
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

/** Types of the library without parts. `Buffer` is for who passes bytes; who receives them gets a `Uint8Array`. */
export function libraryScalar(type: ts.Type, checker: ts.TypeChecker): ScalarKind | undefined {
  return refusesBuffer(type, checker) ? undefined : SCALARS.get(type.symbol.name);
}

export function typedArrayName(type: ts.Type, checker: ts.TypeChecker): TypedArrayName | undefined {
  const name = type.symbol.name as TypedArrayName;
  return TYPED_ARRAYS.has(name) && isOverAnyBuffer(type, checker) ? name : undefined;
}

/** Besides the typed arrays: what looks into a buffer. */
const VIEWS: ReadonlySet<string> = new Set(['Uint8Array', 'DataView']);

/** `Uint8Array<ArrayBuffer>` promises more than a decoded value keeps. */
export function refusesBuffer(type: ts.Type, checker: ts.TypeChecker): boolean {
  const { name } = type.symbol;
  return (TYPED_ARRAYS.has(name) || VIEWS.has(name)) && !isOverAnyBuffer(type, checker);
}

function isOverAnyBuffer(type: ts.Type, checker: ts.TypeChecker): boolean {
  const [buffer] = checker.getTypeArguments(type as ts.TypeReference);
  return buffer === undefined || checker.typeToString(buffer) === 'ArrayBufferLike';
}

/** `Int`: a number with the optional mark that ringsnake's `Int` carries. */
export function isInt(type: ts.Type): boolean {
  return (
    type.isIntersection() &&
    type.types.some((part) => (part.flags & ts.TypeFlags.Number) !== 0) &&
    type.getProperty('__ringsnakeInt') !== undefined
  );
}

/** The same with no other mark. */
export function isPlainInt(type: ts.Type): boolean {
  return isInt(type) && type.getApparentProperties().filter(isMark).length === 1;
}

function isMark({ flags, declarations = [] }: ts.Symbol): boolean {
  return (
    (flags & ts.SymbolFlags.Property) !== 0 &&
    declarations.every((declaration) => ts.isPropertySignature(declaration))
  );
}
