/** `NDArray<'f32', [number, 3]>`, ringsnake's own. */
import type { ts } from 'ts-morph';
import type { NdArrayType } from '../model.js';
import { partsOf } from './nodes.js';

const SHORT: Readonly<Record<string, string>> = {
  f64: 'float64',
  f32: 'float32',
  f16: 'float16',
  i8: 'int8',
  u8: 'uint8',
  i16: 'int16',
  u16: 'uint16',
  i32: 'int32',
  u32: 'uint32',
  i64: 'int64',
  u64: 'uint64',
  c64: 'complex64',
  c128: 'complex128',
};

/** By the optional mark that the type carries; undefined for any other type. */
export function lowerNdArray(type: ts.Type, checker: ts.TypeChecker): NdArrayType | undefined {
  const mark = type.getProperty('__ringsnakeNdArray');
  if (mark === undefined) return undefined;
  const pair = partsOf(checker.getTypeOfSymbol(mark)).find((part) => checker.isTupleType(part));
  if (pair === undefined) return undefined;
  const [dtype, shape] = checker.getTypeArguments(pair as ts.TypeReference);
  if (dtype === undefined || !dtype.isStringLiteral() || shape === undefined) return undefined;
  const name = SHORT[dtype.value] ?? dtype.value;
  return { kind: 'ndarray', dtype: name, shape: dimensions(shape, checker) };
}

function dimensions(
  shape: ts.Type,
  checker: ts.TypeChecker,
): readonly (number | null)[] | undefined {
  if (!checker.isTupleType(shape)) return undefined;
  return checker
    .getTypeArguments(shape as ts.TypeReference)
    .map((dimension) => (dimension.isNumberLiteral() ? dimension.value : null));
}
