import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { embed } from 'ringsnake';
import { collectGarbage } from './collector.js';
import { onThread } from './place.js';
import { stateOf, until } from './processes.js';
import { pythonCommand } from './python.js';

/** What a process holds of the system, by name and how often. */
type Holdings = Readonly<Record<string, number>>;

interface Teardown {
  teardown(action: () => unknown): unknown;
}

export interface AuditOptions {
  /** Milliseconds: the event loop closes its handles a turn later, and threads take a moment to end. */
  readonly patience?: number;
  /** Whether Python runs on a thread: such an interpreter stays until the process ends, and is there before. */
  readonly embeds?: boolean;
}

/**
 * Fails `t` when it leaves more behind than it found, or less, and says what. To be called first: its turn at the end comes after that
 * of everything that is started later.
 */
export async function auditLeaks(
  t: Teardown,
  { patience = 5_000, embeds = onThread }: AuditOptions = {},
): Promise<void> {
  await warmUp(embeds);
  const before = holdings();
  const left = (): string[] => difference(before, holdings());
  t.teardown(async () => {
    // Memory that was lent goes back when the collector finds that nobody looks at it any more, which may be later than this.
    const isClean = async (): Promise<boolean> => {
      if (left().length === 0) return true;
      await collectGarbage();
      return left().length === 0;
    };
    await until('nothing left behind', isClean, patience).catch((cause) => {
      throw new Error(`left behind: ${left().join(', ')}`, { cause });
    });
  });
}

/** Children of every thread; those too that are dead and not yet reaped. */
export function childPids(): number[] {
  while (true) {
    try {
      return threads().flatMap(childrenOf);
    } catch (error) {
      // A thread has ended since it was listed: its children are another one's by now.
      if (!['ENOENT', 'ESRCH'].includes(String((error as { code?: unknown }).code))) throw error;
    }
  }
}

/** Node makes these once, and keeps them: the threads for files and the like, and the pipe for signals. */
async function warmUp(embeds: boolean): Promise<void> {
  await promisify(randomBytes)(1);
  await once(spawn('true'), 'close');
  if (embeds) {
    await (await embed({ module: 'keyword', python: pythonCommand() })).close();
    // Handles of libuv are closed a turn later.
    await pause(100);
  }
}

function difference(before: Holdings, after: Holdings): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const more = (after[name] ?? 0) - (before[name] ?? 0);
    return more === 0 ? [] : [`${more > 0 ? '+' : ''}${more} ${name}`];
  });
}

/** Open descriptors by target, mapped regions, children by state, and threads. */
function holdings(): Holdings {
  const counts: Record<string, number> = {};
  for (const name of [
    ...descriptors(),
    ...regions(),
    ...children(),
    ...threads().map(nameOfThread),
  ])
    counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function descriptors(): string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      // Sockets and pipes carry a number of their own, which says nothing here.
      return [
        `descriptor of ${readlinkSync(`/proc/self/fd/${descriptor}`).replace(/:\[\d+\]$/, '')}`,
      ];
    } catch {
      return [];
    }
  });
}

function regions(): string[] {
  const maps = readFileSync('/proc/self/maps', 'utf8').split('\n');
  return maps.filter((line) => line.includes('memfd:')).map(() => 'mapped region');
}

function children(): string[] {
  return childPids().map((pid) => (stateOf(pid) === 'Z' ? 'zombie' : 'child process'));
}

function childrenOf(thread: string): number[] {
  const list = readFileSync(`/proc/self/task/${thread}/children`, 'utf8');
  return list.split(' ').filter(Boolean).map(Number);
}

function threads(): string[] {
  return readdirSync('/proc/self/task');
}

function nameOfThread(thread: string): string {
  try {
    return `thread ${readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim()}`;
  } catch {
    return 'thread that ends';
  }
}
