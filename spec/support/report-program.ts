import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Test } from 'tap';

/** With this status a program says that the machine forbids what it needs. */
const SKIPPED = 77;

export interface ProgramOptions {
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Why the program may have nothing to report. Default: it must report something. */
  readonly skipReason?: string;
}

/** Runs a program built on spec/core/check.h: each sentence it reports is a test of `t`, each comment a comment. */
export async function reportProgram(t: Test, path: string, options: ProgramOptions): Promise<void> {
  const child = spawn(path, [...(options.argv ?? [])], {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: options.timeoutMs,
    killSignal: 'SIGKILL',
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const end = new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  let sentences = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('# ')) t.comment(line.slice(2));
    const [, not, sentence] = /^(not )?ok - (.*)$/.exec(line) ?? [];
    if (sentence === undefined) continue;
    t.ok(not === undefined, sentence);
    sentences += 1;
  }
  const status = await end;
  if (status === SKIPPED && options.skipReason !== undefined) {
    t.pass('the program runs', { skip: options.skipReason });
    return;
  }
  t.ok(sentences > 0, 'the program reports what it proved');
  t.equal(status, 0, 'the program ends well');
  t.equal(errors, '', 'the program complains about nothing');
}
