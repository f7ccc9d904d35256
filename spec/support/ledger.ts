import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A number that a process writes down after each step, and that outlives it: a file without a name. */
export class Ledger {
  /** To be inherited by who writes: four bytes, little-endian, at the beginning. */
  readonly descriptor: number;

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), 'ringsnake-ledger-'));
    this.descriptor = openSync(join(folder, 'ledger'), 'w+');
    rmSync(folder, { recursive: true });
  }

  read(): number {
    const bytes = Buffer.alloc(4);
    readSync(this.descriptor, bytes, 0, 4, 0);
    return bytes.readUInt32LE(0);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
