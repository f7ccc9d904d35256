import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Test } from 'tap';
import { type CommandIo, explain, gen, init, ir } from '../../codegen/cli.js';
import { root } from '../support/root.js';

const COMMANDS = { explain, gen, init, ir };

/** What one run of a command did. */
export interface GenRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions extends Partial<Pick<CommandIo, 'cwd' | 'env'>> {
  /** Whether it writes to a terminal. */
  readonly isTTY?: boolean;
}

const TSCONFIG = {
  compilerOptions: {
    target: 'es2022',
    module: 'nodenext',
    moduleResolution: 'nodenext',
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  },
};

/** A directory of its own with source files in it, and the generator run there. */
export class Workspace {
  readonly folder: string;

  constructor(t: Test, files: Readonly<Record<string, string>>) {
    this.folder = mkdtempSync(join(tmpdir(), 'ringsnake-gen-'));
    t.teardown(() => rmSync(this.folder, { recursive: true, force: true }));
    for (const [name, text] of Object.entries({
      'tsconfig.json': JSON.stringify(TSCONFIG),
      ...files,
    })) {
      this.write(name, text);
    }
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  has(name: string): boolean {
    return existsSync(this.path(name));
  }

  /** `ringsnake gen` with these arguments, and `out` for both kinds of output unless the arguments say more. */
  async gen(...args: string[]): Promise<GenRun> {
    return this.genExactly(...args, '--out-ts', 'out', '--out-py', 'out');
  }

  async genExactly(...args: string[]): Promise<GenRun> {
    return this.command('gen', args);
  }

  /** Any command of the generator, in this process. */
  async command(
    name: keyof typeof COMMANDS,
    args: readonly string[],
    { cwd = this.folder, env = {}, isTTY = false }: CommandOptions = {},
  ): Promise<GenRun> {
    let stdout = '';
    let stderr = '';
    const code = await COMMANDS[name](args, {
      cwd,
      env,
      stdout: { isTTY, write: (text) => (stdout += text) },
      stderr: { isTTY, write: (text) => (stderr += text) },
    });
    return { code, stdout, stderr };
  }
}
