import { MAX_DECIMAL } from '../constants.gen.js';

/** Canonical without an exponent: that has at most six places of zeros ahead of it. Most decimals are, and a regular expression tells without making a thing. */
const PLAIN = /^-?(?:0(?!\.0{6}\d)|[1-9]\d*)(?:\.\d+)?$/;
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]\d+))?$/;
const OTHER = /^-?(Infinity|s?NaN([1-9]\d*)?)$/;
const LOOSE = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i;
/** What Python's `decimal` reaches on a machine of 64 bits. */
const MOST_EXPONENT = 999_999_999_999_999_999n;
const LEAST_EXPONENT = -1_999_999_999_999_999_997n;
/** Digits of an exponent beyond which it is out of reach: conversion is quadratic. */
const EXPONENT_DIGITS = 20;

/** A decimal number, digit for digit: `decimal.Decimal`. It computes nothing. */
export class Decimal {
  /** What Python's `str()` gives. */
  readonly text: string;

  /** Takes `1.50`, `-0`, `1e5`, `Infinity`, `NaN`. RangeError for what Python's Decimal cannot hold, or over 4,096 digits. */
  constructor(text: string) {
    const normal = isCanonical(text) ? text : normalize(text);
    if (normal === undefined || normal.length > MAX_DECIMAL)
      throw new RangeError(`no decimal number: ${JSON.stringify(text.slice(0, 40))}`);
    this.text = normal;
    Object.freeze(this);
  }

  /** Is this what Python's `str()` would give? */
  static isCanonical(text: string): boolean {
    return isCanonical(text);
  }

  /** The nearest float. */
  toNumber(): number {
    return /NaN/.test(this.text) ? Number.NaN : Number(this.text);
  }

  toString(): string {
    return this.text;
  }

  toJSON(): string {
    return this.text;
  }

  /** Digit for digit: `1.0` is not `1.00`. */
  equals(other: Decimal): boolean {
    return this.text === other.text;
  }
}

function isCanonical(text: string): boolean {
  if (PLAIN.test(text) || OTHER.test(text)) return true;
  const [, sign = '', whole = '', fraction = '', exponent = '+0'] = NUMBER.exec(text) ?? [];
  return whole !== '' && scientific({ sign, whole, fraction, exponent }) === text;
}

function normalize(text: string): string | undefined {
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? '-Infinity' : 'Infinity';
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = LOOSE.exec(text) ?? [];
  if (whole === '' && fraction === '') return undefined;
  return scientific({ sign: sign === '-' ? '-' : '', whole, fraction, exponent });
}

interface Parts {
  readonly sign: string;
  readonly whole: string;
  readonly fraction: string;
  readonly exponent: string;
}

/** The number in the one form that the General Decimal Arithmetic gives it; undefined if it is out of reach. */
function scientific({ sign, whole, fraction, exponent }: Parts): string | undefined {
  if (exponent.length > EXPONENT_DIGITS) return undefined;
  const digits = (whole + fraction).replace(/^0+(?=\d)/, '');
  const power = BigInt(exponent) - BigInt(fraction.length);
  const adjusted = power + BigInt(digits.length - 1);
  if (adjusted > MOST_EXPONENT || power < LEAST_EXPONENT) return undefined;
  if (power > 0n || adjusted < -6n) {
    const rest = digits.length > 1 ? `.${digits.slice(1)}` : '';
    return `${sign}${digits.charAt(0)}${rest}E${adjusted < 0n ? '' : '+'}${adjusted}`;
  }
  if (power === 0n) return sign + digits;
  const point = -Number(power);
  const padded = digits.padStart(point + 1, '0');
  return `${sign}${padded.slice(0, -point)}.${padded.slice(-point)}`;
}
