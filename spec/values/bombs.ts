/** Messages that want much for little: each shape at a size. Those that are refused and those that are not. */

/** Makes a message of about `size` bytes. */
export type Bomb = (size: number) => Uint8Array;

const hex = (text: string): Uint8Array =>
  Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const join = (...parts: (Uint8Array | string)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? hex(part) : part)));

function u32(value: number, isLittle = false): Uint8Array {
  const bytes = Buffer.alloc(4);
  if (isLittle) bytes.writeUInt32LE(value);
  else bytes.writeUInt32BE(value);
  return bytes;
}

function u64(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

function repeated(unit: Uint8Array, count: number): Uint8Array {
  return Buffer.alloc(unit.length * count, unit);
}

function ext(type: number, body: Uint8Array): Uint8Array {
  return join('c9', u32(body.length), Uint8Array.of(type), body);
}

/** An array of as many of `unit` as fit. */
function arrayOf(unit: string | Uint8Array, first: string | Uint8Array = ''): Bomb {
  const item = typeof unit === 'string' ? hex(unit) : unit;
  return (size) => {
    const count = Math.floor(size / item.length);
    const start = join(first);
    return join('dd', u32(count + (start.length > 0 ? 1 : 0)), start, repeated(item, count));
  };
}

/** `unit` over and over, whatever comes of it. */
function endless(unit: string | Uint8Array): Bomb {
  const item = typeof unit === 'string' ? hex(unit) : unit;
  return (size) => repeated(item, Math.floor(size / item.length));
}

/** Each head lies in the body of the one before. */
function nested(
  head: (inner: Uint8Array) => Uint8Array,
  innermost: string,
  depth: number,
): Uint8Array {
  let bytes = hex(innermost);
  for (let i = 0; i < depth; i++) bytes = head(bytes);
  return bytes;
}

/** Items, or pairs, made of their number. */
function counted(head: string, item: (i: number) => Uint8Array, type?: number, before = ''): Bomb {
  return (size) => {
    const parts: Uint8Array[] = [];
    for (let length = 0; length < size; ) {
      const part = item(parts.length);
      parts.push(part);
      length += part.length;
    }
    const body = Buffer.concat([join(before, head, u32(parts.length)), ...parts]);
    return type === undefined ? body : ext(type, body);
  };
}

function text(characters: string): Uint8Array {
  const bytes = Buffer.from(characters);
  return join('d9', Uint8Array.of(bytes.length), bytes);
}

function whole(head: string, body: (size: number) => Uint8Array): Bomb {
  return (size) => join(head, u32(body(size).length), body(size));
}

function wholeExtension(type: number, body: (size: number) => Uint8Array): Bomb {
  return (size) => ext(type, body(size));
}

const SHAPE_HEAD = '01 01 00';
const DEEPEST = 126;
/** Python's integers are equal modulo this to their hashes. */
const PYTHON_MODULUS = 2n ** 61n - 1n;
const SMALL_ERROR = 'c7 08 0a 97 a0 a0 c0 c0 c0 c0 c0';

/** Many small values that are what they should be. */
const DENSE: Readonly<Record<string, Bomb>> = {
  'empty arrays': arrayOf('90'),
  'empty maps': arrayOf('80'),
  nils: arrayOf('c0'),
  'small integers': arrayOf('05'),
  'empty strings': arrayOf('a0'),
  'strings of one character': arrayOf('a1 61'),
  'strings of one character beyond Latin-1': arrayOf('a3 e6 bc a2'),
  'floats of 64 bits': arrayOf('cb 40 09 21 fb 54 44 2d 18'),
  'floats of 32 bits': arrayOf('ca 40 49 0f db'),
  'integers of 64 bits': arrayOf('cf ff ff ff ff ff ff ff ff'),
  'empty bytes': arrayOf('c4 00'),
  undefineds: arrayOf('d4 00 00'),
  'empty Latin-1': arrayOf('c7 00 01'),
  'lone surrogates': arrayOf('d5 02 00 d8'),
  'bigints that are safe': arrayOf('d4 03 05'),
  'bigints of nine bytes': arrayOf('c7 09 03 00 00 00 00 00 00 00 00 01'),
  'bigints of 4096 bytes': arrayOf(join('c8 10 00 03', repeated(hex('77'), 4096))),
  'empty sets': arrayOf('c7 02 04 00 90'),
  'empty frozen sets': arrayOf('c7 02 04 01 90'),
  'empty maps of any keys': arrayOf('d4 05 80'),
  'empty tuples': arrayOf('d4 16 90'),
  'tuples of one': arrayOf('d5 16 91 c0'),
  errors: arrayOf(SMALL_ERROR),
  'errors with a code and notes': arrayOf('c7 0b 0a 97 a1 45 a0 c0 d4 00 00 90 90 05'),
  decimals: arrayOf('d4 0d 31'),
  'decimals with giant exponents': arrayOf(join('c7 11 0d', Buffer.from('1E+99999999999999'))),
  'decimals of 4096 digits': arrayOf(join('c8 10 00 0d', repeated(hex('37'), 4096))),
  'decimals of a NaN': arrayOf(join('c7 07 0d', Buffer.from('NaN1234'))),
  UUIDs: arrayOf('d8 0e 00112233445566778899aabbccddeeff'),
  URLs: arrayOf(join('c7 03 14', Buffer.from('a:b'))),
  'timestamps of 4 bytes': arrayOf('d6 ff 00 00 00 01'),
  'timestamps of 12 bytes': arrayOf('c7 0c ff 00 00 00 01 7f ff ff ff ff ff ff ff'),
  'zoned datetimes': arrayOf('c7 0d 0b 00 00 00 00 00 00 00 00 00 00 00 00 00'),
  'zoned datetimes of an unknown zone': arrayOf(
    'c7 0e 0b 00 00 00 00 00 00 00 00 00 00 00 00 00 58',
  ),
  'zones that are paths': arrayOf(
    join('c7 1e 0b', repeated(hex('00'), 13), Buffer.from('../../../dev/zero')),
  ),
  'plain dates': arrayOf('c7 05 0c 01 00 00 00 00'),
  'plain datetimes': arrayOf('c7 0a 0c 00 00 00 00 00 00 00 00 00 00'),
  'plain times': arrayOf('c7 0a 0c 02 00 00 00 00 00 00 00 00 00'),
  'plain times with an offset': arrayOf('c7 0e 0c 02 00 00 00 00 00 00 00 00 00 10 0e 00 00'),
  'the longest timedeltas': arrayOf('c7 0d 0c 03 ff c9 9a 3b 7f 51 01 00 3f 42 0f 00'),
  definitions: arrayOf('d4 10 90'),
  'definitions of one item': arrayOf('d5 10 91 c0'),
  'definitions of one member': arrayOf('d6 10 81 a1 61 c0'),
  'references to one definition': arrayOf('d6 11 00 00 00 00', 'd4 10 90'),
  'named values': arrayOf('c7 03 13 a1 61 90'),
  'arrays of doubles, empty': arrayOf(`c7 08 06 ${SHAPE_HEAD} 01 00 00 00 00`),
  'arrays of doubles, of no dimension': arrayOf(
    `c7 10 06 ${SHAPE_HEAD} 00 00 00 00 00 0000000000000000`,
  ),
  'arrays of 32 dimensions of nothing': arrayOf(
    join(`c7 88 06 ${SHAPE_HEAD} 20`, repeated(hex('ff'), 124), repeated(hex('00'), 8)),
  ),
  'arrays of complex numbers': arrayOf('c7 08 06 01 0d 00 01 00 00 00 00'),
  'arrays of bytes': arrayOf('c7 08 06 01 05 00 01 00 00 00 00'),
  'arrays in Fortran order': arrayOf('c7 10 06 01 01 01 02 00 00 00 00 00 00 00 00 00 00 00 00'),
  'arrays of one array': arrayOf('91 90'),
  'maps of one empty key': arrayOf('81 a0 80'),
  'maps of one key': arrayOf('81 a1 6b 05'),
  'maps of two keys': arrayOf('82 a1 6b 05 a1 6c 05'),
  'maps of nine keys': arrayOf(
    join('89', ...Array.from({ length: 9 }, (_, i) => join('a1', Uint8Array.of(0x61 + i), '05'))),
  ),
  'arrays nested as deep as can be': arrayOf(join(repeated(hex('91'), DEEPEST), '90')),
  'maps nested as deep as can be': arrayOf(join(repeated(hex('81 a0'), DEEPEST), '80')),
  'tuples nested as deep as can be': arrayOf(
    nested((inner) => ext(0x16, join('91', inner)), '90', DEEPEST / 2),
  ),
  'errors that cause each other': arrayOf(
    nested(
      (inner) => ext(0x0a, join('97 a0 a0 c0', inner, 'c0 c0 c0')),
      SMALL_ERROR,
      DEEPEST / 2 - 1,
    ),
  ),
};

/** One value that is large. */
const LARGE: Readonly<Record<string, Bomb>> = {
  'a string': whole('db', (size) => repeated(hex('61'), size)),
  'a string beyond ASCII': whole('db', (size) => repeated(hex('e6 bc a2'), Math.floor(size / 3))),
  'a string with one emoji': whole('db', (size) => join(repeated(hex('61'), size), 'f0 9f 98 80')),
  bytes: whole('c6', (size) => repeated(hex('61'), size)),
  'Latin-1': wholeExtension(1, (size) => repeated(hex('e9'), size)),
  'UTF-16 of lone surrogates': wholeExtension(2, (size) => repeated(hex('00 d8'), size / 2)),
  'UTF-16 of pairs': wholeExtension(2, (size) => repeated(hex('3d d8 00 de'), size / 4)),
  'UTF-16 with one emoji': wholeExtension(2, (size) =>
    join(repeated(hex('61 00'), size / 2), '3d d8 00 de'),
  ),
  'an array of doubles': wholeExtension(6, (size) =>
    join(`${SHAPE_HEAD} 01`, u32(size / 8, true), repeated(hex('00'), size)),
  ),
  'an array of truths': wholeExtension(6, (size) =>
    join('01 0c 00 01', u32(size, true), repeated(hex('01'), size)),
  ),
  'a URL': wholeExtension(0x14, (size) => Buffer.from(`a:${'%41'.repeat(size / 3)}`)),
  'a zone with a long name': wholeExtension(0x0b, (size) =>
    join(repeated(hex('00'), 13), repeated(hex('41'), size)),
  ),
  'a named value with a long name': wholeExtension(0x13, (size) =>
    join('db', u32(size), repeated(hex('61'), size), 'c0'),
  ),
  'a map of different keys': counted('df', (i) => join(text(`key ${i}`), 'c0')),
  'a map of one key': counted('df', () => hex('a1 6b c0')),
  'a map of keys that look like indices': counted('df', (i) => join(text(`${i}`), 'c0')),
  'a map of keys that look like far indices': counted('df', (i) =>
    join(text(`${i * 65_537}`), 'c0'),
  ),
  'a map of keys that are prototypes': counted('df', () => join(text('__proto__'), '80')),
  'a map of any keys': counted('df', (i) => join('ce', u32(i * 64), 'c0'), 5),
  'a set of integers': counted('dd', (i) => join('ce', u32(i * 1024)), 4, '00'),
  'a set of floats': counted('dd', (i) => join('ca', u32(0x3f800000 + i)), 4, '00'),
  'a set of strings': counted('dd', (i) => text(`${i}`), 4, '00'),
  'an error with many notes': wholeExtension(0x0a, (size) =>
    join('97 a0 a0 c0 c0 dd', u32(size), repeated(hex('a0'), size), 'c0 c0'),
  ),
  'a group of errors': wholeExtension(0x0a, (size) =>
    join('97', text('AggregateError'), 'a0 c0 c0 c0', arrayOf(SMALL_ERROR)(size), 'c0'),
  ),
};

/** What a reader must refuse soon. */
const REFUSED: Readonly<Record<string, Bomb>> = {
  'heads of arrays that claim 2^32 items': endless('dd ff ff ff ff'),
  'heads of maps that claim 2^32 pairs': endless('df ff ff ff ff'),
  'heads of arrays that claim 2^16 items': endless('dc ff ff'),
  'heads of short arrays': endless('9f'),
  'heads of short maps': endless('8f'),
  'an array that claims all the rest, and no more': (size) =>
    join('dd', u32(size), repeated(hex('90'), size - 1)),
  'arrays that claim half of the rest each': (size) =>
    join(
      ...Array.from({ length: 16 }, (_, i) => join('dd', u32(size >> (i + 1)))),
      repeated(hex('90'), size),
    ),
  'arrays without an end': endless('91'),
  'maps without an end': endless('81 a0'),
  'sets in sets': () => nested((inner) => ext(4, join('00 91', inner)), 'c0', 2000),
  'definitions in definitions': () => nested((inner) => ext(16, join('91', inner)), '90', 2000),
  'errors in errors': () =>
    nested((inner) => ext(10, join('97 a0 a0 c0', inner, 'c0 c0 c0')), 'c0', 2000),
  'named values in named values': () =>
    nested((inner) => ext(19, join('a1 61', inner)), 'c0', 2000),
  'maps in keys of maps': () => nested((inner) => ext(5, join('81', inner, 'c0')), 'c0', 2000),
  'a string without its body': () => hex('db ff ff ff ff'),
  'bytes without their body': () => hex('c6 ff ff ff ff'),
  'an extension without its body': () => hex('c9 ff ff ff ff 06'),
  'an array whose shape overflows': () =>
    hex(`c7 18 06 ${SHAPE_HEAD} 05 ${'ff ff ff ff'.repeat(5)}`),
  'an array whose shape wraps to nothing': () =>
    hex(`c7 14 06 ${SHAPE_HEAD} 04 ${'00 00 01 00'.repeat(4)}`),
  'an array of 255 dimensions': (size) =>
    ext(6, join(`${SHAPE_HEAD} ff`, repeated(hex('01'), size))),
  'an integer of too many bytes': wholeExtension(3, (size) => repeated(hex('77'), size)),
  'a decimal of too many digits': wholeExtension(13, (size) => repeated(hex('37'), size)),
  'references to nothing': arrayOf('d6 11 ff ff ff ff'),
  'a reference to what holds it': arrayOf('c7 0a 10 c7 07 16 91 d6 11 00000000'),
  'UTF-8 that is wrong at its end': whole('db', (size) =>
    join(repeated(hex('c3 a9'), size / 2), 'ff'),
  ),
  'a value, and very many bytes after it': (size) => repeated(hex('c0'), size),
  'a byte that is never used': (size) => join('dd', u32(size), repeated(hex('90'), size - 1), 'c1'),
};

function bigInteger(value: bigint): Uint8Array {
  if (value < 2n ** 64n) return join('cf', u64(value));
  const bytes = Buffer.from(value.toString(16).padStart(20, '0'), 'hex').reverse();
  const size = bytes.findLastIndex((byte) => byte !== 0) + 1;
  const isNegative = (bytes[size - 1] as number) > 0x7f;
  return join(
    'c7',
    Uint8Array.of(size + (isNegative ? 1 : 0)),
    '03',
    bytes.subarray(0, size),
    isNegative ? '00' : '',
  );
}

/** What only Python must refuse: its hashes of numbers are no secret. */
const COLLIDING: Readonly<Record<string, Bomb>> = {
  'a set of integers that collide in Python': counted(
    'dd',
    (i) => bigInteger(BigInt(i + 8) * PYTHON_MODULUS),
    4,
    '00',
  ),
  'a map of integers that collide in Python': counted(
    'df',
    (i) => join(bigInteger(BigInt(i + 8) * PYTHON_MODULUS), 'c0'),
    5,
  ),
  'a set of tuples that collide in Python': counted(
    'dd',
    (i) => ext(0x16, join('91', bigInteger(BigInt(i + 8) * PYTHON_MODULUS))),
    4,
    '00',
  ),
};

export type Verdict = 'read' | 'refused' | 'refused by Python';

function expecting(
  verdict: Verdict,
  bombs: Readonly<Record<string, Bomb>>,
): [string, { bomb: Bomb; verdict: Verdict }][] {
  return Object.entries(bombs).map(([name, bomb]) => [name, { bomb, verdict }]);
}

export const BOMBS: ReadonlyMap<string, { bomb: Bomb; verdict: Verdict }> = new Map([
  ...expecting('read', DENSE),
  ...expecting('read', LARGE),
  ...expecting('refused', REFUSED),
  ...expecting('refused by Python', COLLIDING),
]);
