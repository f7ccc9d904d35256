import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Party } from './party.js';
import { type Choice, isChosen } from './report.js';
import { alignedTable } from './table.js';
import { idleTargets } from './targets.js';

/** Share of one CPU that both processes use together while nothing is asked of them. 0.01 is one percent. */
async function idleShare(party: Party, milliseconds: number): Promise<number> {
  const [usedBefore, before] = [usedNanoseconds(party.pids), process.hrtime.bigint()];
  await sleep(milliseconds);
  const [usedAfter, after] = [usedNanoseconds(party.pids), process.hrtime.bigint()];
  return Number(usedAfter - usedBefore) / Number(after - before);
}

/** CPU time of all threads so far, as the scheduler counts it: finer than the ticks of `stat`. */
function usedNanoseconds(pids: readonly number[]): bigint {
  const threads = pids.flatMap((pid) =>
    readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}/schedstat`),
  );
  return threads.reduce((sum, path) => sum + BigInt(firstWord(readFileSync(path, 'utf8'))), 0n);
}

function firstWord(text: string): string {
  return text.split(' ')[0] ?? '0';
}

export interface IdleRow {
  readonly name: string;
  /** Of one CPU, both processes together; 1 is 100 %. */
  readonly share: number;
}

const IDLE_MS = 2000;

/** Starts each party, lets it make some round trips, and then leaves it alone. */
export async function measureIdle(choice: Choice): Promise<IdleRow[]> {
  const rows: IdleRow[] = [];
  for (const { name, ours } of idleTargets.filter((row) => isChosen(row.name, choice))) {
    const party = new Party(ours.lineup);
    try {
      await party.ready(choice.placement);
      await party.obey(ours.order, { milliseconds: 100, windowMicroseconds: 5000 });
      // What the last calls left behind, such as garbage to collect, is not idling.
      await sleep(200);
      rows.push({ name, share: await idleShare(party, choice.quick ? IDLE_MS / 4 : IDLE_MS) });
    } finally {
      await party.close();
    }
  }
  return rows;
}

export function idleTable(rows: readonly IdleRow[]): string {
  const percent = rows.map(({ name, share }) => [name, `${(share * 100).toFixed(1)} %`]);
  return alignedTable([['idle, CPU of both sides (must: 0.0 %)', ''], ...percent]);
}
