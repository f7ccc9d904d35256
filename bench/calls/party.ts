/**
 * One party in one trial, in a process of its own. Started by contestant.ts: says whether its answers are right, measures a
 * slice whenever it is told to, and sleeps in between.
 */
import { readFileSync } from 'node:fs';
import { onOneCpu, type Placement, place } from '../cpus.js';
import { quantile } from '../quantile.js';
import type { Connection } from './drivers/driver.js';
import type { Equipment } from './equipment.js';
import { parties } from './lineup.js';
import type { Task } from './task.js';
import { trials } from './trials.js';

/** What a party is started with, as JSON. */
export interface Brief {
  readonly trial: string;
  readonly party: string;
  readonly equipment: Equipment;
  readonly placement: Placement;
}

/** The first thing a party says. */
export type Opening =
  | { readonly able: true; readonly startMilliseconds: number }
  | { readonly able: false };

/** What a slice gave, in the trial's unit. */
export interface Slice {
  readonly p50: number;
  readonly p99: number;
  readonly samples: number;
  /** Whether both sides ran on one CPU when the slice ended; undefined where there is one process. */
  readonly oneCpu: boolean | undefined;
}

const CLOSE_MS = 2000;

const brief = JSON.parse(process.argv[2] as string) as Brief;
const party = parties.find(({ name }) => name === brief.party);
const trial = trials.find(({ name }) => name === brief.trial);
if (party === undefined || trial === undefined)
  throw new Error(`no such contest: ${process.argv[2]}`);

const launched = performance.now();
const driver = await party.load();
const begin = trial.start?.isLoaded === true ? performance.now() : launched;
const connection = await driver({ ...brief.equipment, coroutines: trial.coroutines ?? false });
process.once('disconnect', () => void end(connection));
if (trial.start) {
  const sum = await connection.calls.add?.(2, 0.5);
  const startMilliseconds = performance.now() - begin;
  if (sum !== 2.5) throw new Error(`2 + 0.5 was ${sum}`);
  say({ able: true, startMilliseconds });
} else {
  const task = trial.task(connection.calls);
  if (task === undefined) say({ able: false });
  else {
    await task.check();
    const pid = peerPid(connection);
    if (pid !== undefined) place(brief.placement, process.pid, pid);
    say({ able: true, startMilliseconds: performance.now() - begin });
    process.on('message', (milliseconds: number) => {
      void measure(task, milliseconds, pid).then((slice) => process.send?.(slice));
    });
  }
}

function say(opening: Opening): void {
  process.send?.(opening);
}

async function measure(task: Task, milliseconds: number, pid: number | undefined): Promise<Slice> {
  const samples = (await task.measure(milliseconds)).sort();
  return {
    p50: quantile(samples, 0.5) ?? Number.NaN,
    p99: quantile(samples, 0.99) ?? Number.NaN,
    samples: samples.length,
    oneCpu: pid === undefined ? undefined : onOneCpu(process.pid, pid),
  };
}

/** The Python process: as the driver says, else the only child. */
function peerPid({ peerPid: told }: Connection): number | undefined {
  if (told !== undefined) return told;
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim();
  return children === '' ? undefined : Number(children.split(' ')[0]);
}

/** Some parties do not end: then the kernel ends them, with all that they started. */
async function end({ close }: Connection): Promise<void> {
  setTimeout(() => process.kill(-process.pid, 'SIGKILL'), CLOSE_MS);
  await close();
  process.exit();
}
