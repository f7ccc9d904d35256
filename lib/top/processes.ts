/** What the kernel tells of processes in /proc. All of it may be gone while it is read: then it is undefined. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** Clock ticks per second, in what /proc tells: the same for every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

const STATES: Readonly<Record<string, string>> = {
  R: 'runs',
  S: 'sleeps',
  D: 'waits for I/O',
  T: 'stopped',
  t: 'traced',
  Z: 'zombie',
};

/** A process, at one moment. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
  /** Seconds of CPU time that it has used. */
  readonly cpuSeconds: number;
}

export function processFacts(pid: number): ProcessFacts | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // The name in parentheses may hold anything, also spaces and parentheses.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields === undefined) return undefined;
  const [state = '', parent] = fields;
  return {
    pid,
    parent: Number(parent),
    state: STATES[state] ?? state,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
  };
}

/** All that come from a process, itself not counted. */
export function descendants(pid: number): ProcessFacts[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => processFacts(Number(name)))
    .filter((facts) => facts !== undefined);
  const found: ProcessFacts[] = [];
  const parents = new Set([pid]);
  for (let before = -1; found.length !== before; ) {
    before = found.length;
    for (const facts of all) {
      if (!parents.has(facts.parent) || parents.has(facts.pid)) continue;
      parents.add(facts.pid);
      found.push(facts);
    }
  }
  return found;
}

/** The file name of what it runs: `python3.11`. */
export function programOf(pid: number): string | undefined {
  try {
    return basename(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    return undefined;
  }
}

/** What a worker imports; undefined when the process is none. */
export function moduleOf(pid: number): string | undefined {
  const words = read(`/proc/${pid}/cmdline`)?.split('\0') ?? [];
  const at = words.findIndex((word, index) => word === 'ringsnake' && words[index - 1] === '-m');
  return at === -1 ? undefined : words[at + 1];
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
