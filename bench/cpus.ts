import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Where the two sides of a call may run: where the scheduler puts them, both on one CPU, or each on its own. It decides
 * more than anything else what a round trip costs (README.md).
 */
export const PLACEMENTS = ['free', 'same', 'split'] as const;
export type Placement = (typeof PLACEMENTS)[number];

/** Binds two processes, all threads of both, for as long as they live. Throws without `taskset`. */
export function place(placement: Placement, pid: number, peerPid: number): void {
  if (placement === 'free') return;
  const [first, second] = allowedCpus();
  const peerCpu = placement === 'same' ? first : second;
  if (first === undefined || peerCpu === undefined)
    throw new Error('it takes two CPUs to split them');
  bind(pid, first);
  bind(peerPid, peerCpu);
}

/** Whether the main threads of two processes ran last on one CPU. */
export function onOneCpu(pid: number, peerPid: number): boolean {
  return lastCpu(pid) === lastCpu(peerPid);
}

function bind(pid: number, cpu: number): void {
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', `${cpu}`, `${pid}`]);
}

/** Field 39 of proc_pid_stat(5), counted after the name, which may hold blanks. */
function lastCpu(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[36]);
}

/** Of a list such as `0-3,8`. */
function allowedCpus(): number[] {
  const status = readFileSync('/proc/self/status', 'utf8');
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? '';
  return list.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}
