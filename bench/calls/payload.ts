/** What crosses. */
import type { Person } from '../peers/people.js';

const RECORDS = 1000;
const MEBIBYTE = 1024 * 1024;

/** No field has the value that protocol buffers leave out. */
export const people: readonly Person[] = Array.from({ length: RECORDS }, (_, i) => ({
  id: i + 1,
  name: `Person ${i}`,
  email: `person${i}@example.org`,
  age: 20 + (i % 60),
  score: i + 0.25,
  active: true,
  city: 'Reykjavík',
  created: 1_700_000_000.5 + i,
  tags: ['a', 'bc'],
  note: 'fragile',
}));
export const bytes = Uint8Array.from({ length: MEBIBYTE }, (_, i) => (i * 31) & 0xff);
export const samples = Float64Array.from(
  { length: MEBIBYTE / Float64Array.BYTES_PER_ELEMENT },
  (_, i) => i + 0.5,
);

export function bytesOf(array: Float64Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
