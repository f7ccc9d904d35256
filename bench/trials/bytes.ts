import { strictEqual } from 'node:assert/strict';
import type { Trial } from './trial.js';

const MEBIBYTE = 1024 * 1024;
const data = Uint8Array.from({ length: MEBIBYTE }, (_, i) => (i * 31) & 0xff);

export const bytes: Trial = {
  name: 'bytes',
  description: 'echo of 1 MiB of bytes (JSON: as base64)',
  payloadBytes: MEBIBYTE,
  call: (calls) => calls.bytes(data),
  callBlocking: (blocking) => blocking.bytes(data),
  check: (answer) => strictEqual(Buffer.compare(answer as Uint8Array, data), 0),
};
