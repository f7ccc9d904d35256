import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { root } from './root.js';

/** Letter of its state in the kernel, such as `R` or `S`; X when there is no such process. */
export function stateOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat[stat.lastIndexOf(')') + 2] ?? 'X';
  } catch {
    return 'X';
  }
}

/** Whether a process runs; one that is dead but not yet reaped does not. */
export function runs(pid: number): boolean {
  return !'ZX'.includes(stateOf(pid));
}

/** Whether a process, or rather its main thread, waits in the kernel. */
export function isAsleep(pid: number): boolean {
  return stateOf(pid) === 'S';
}

/** Waits until `condition` holds; rejects after `bound` milliseconds. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  bound = 5000,
): Promise<void> {
  const deadline = performance.now() + bound;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${bound} ms`);
    await pause(5);
  }
}

/** A program of `spec/support/programs`, in a Node of its own, and the first line that it printed. */
export async function startProgram(
  name: string,
  args: readonly string[] = [],
): Promise<{ child: ChildProcess; line: string }> {
  const program = join(root, 'dist', 'spec', 'support', 'programs', `${name}.js`);
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [chunk] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [
    unknown,
  ];
  return { child, line: String(chunk).split('\n')[0] ?? '' };
}
