import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { type Ringsnake, ringsnake } from '../cli/ringsnake.js';
import { pythonCommand } from '../support/python.js';
import { root } from '../support/root.js';

const TSC = join(root, 'node_modules/typescript/bin/tsc');

/** As strict as any program is; declarations are checked, too. */
const TSCONFIG = {
  compilerOptions: {
    target: 'es2022',
    lib: ['es2023', 'esnext.disposable'],
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  },
};

/** A program of somebody who has installed ringsnake, and some modules of Python beside it. */
export class TypedFolder {
  readonly folder = mkdtempSync(join(tmpdir(), 'ringsnake-stubs-'));
  readonly #test: Test;

  constructor(t: Test) {
    this.#test = t;
    t.teardown(() => rmSync(this.folder, { recursive: true, force: true }));
    mkdirSync(join(this.folder, 'node_modules'));
    symlinkSync(root, join(this.folder, 'node_modules/ringsnake'));
    this.write('package.json', '{ "type": "module" }');
    this.write('tsconfig.json', JSON.stringify(TSCONFIG));
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.folder, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  /** `ringsnake stubs`, with the modules of spec/fixtures/stubs at hand. */
  stubs(...args: readonly string[]): ReturnType<Ringsnake['end']> {
    const python = args.includes('--python') ? [] : ['--python', pythonCommand()];
    return ringsnake(this.#test, ['stubs', ...args, ...python], {
      cwd: this.folder,
      env: { PYTHONPATH: join(root, 'spec/fixtures/stubs') },
    });
  }

  /** What the compiler has to say of all files. */
  check(): string {
    return spawnSync(process.execPath, [TSC, '-p', this.folder], { encoding: 'utf8' }).stdout;
  }

  /** What a compiled program writes. */
  run(path: string): string {
    return execFileSync(process.execPath, [join(this.folder, path)], {
      encoding: 'utf8',
      env: { ...process.env, PYTHONPATH: join(root, 'spec/fixtures/stubs') },
    });
  }
}
