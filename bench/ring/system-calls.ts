/**
 * `npm run bench -- ring system-calls`: how many system calls a message costs while both sides run. Counted by the kernel, for
 * both processes, in the middle of a long slice: no start, no end, and no tracer that makes every call slow, as strace does.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { onOneCpu, type Placement } from '../cpus.js';
import { lineupName } from './lineup.js';
import type { Measurement, Metric } from './metric.js';
import { givesTimes, type Order } from './order.js';
import { Party } from './party.js';
import { type Choice, isChosen, type Report } from './report.js';
import { alignedTable } from './table.js';
import { targets } from './targets.js';

interface Counted {
  readonly name: string;
  readonly lineup: string;
  readonly messagesPerSecond: number;
  readonly callsPerSecond: number;
  readonly callsPerMessage: number;
  /** Calls per second of those that a ring could make, most frequent first. */
  readonly byName: Readonly<Record<string, number>>;
  /** Whether both sides were on one CPU at the end. */
  readonly oneCpu: boolean;
}

const ALL = 'raw_syscalls:sys_enter';
const BY_NAME = [
  ...['futex', 'futex_waitv', 'sched_yield', 'epoll_wait', 'epoll_pwait', 'poll'],
  ...['read', 'write', 'recvfrom', 'sendto', 'recvmsg', 'sendmsg', 'madvise', 'sched_setaffinity'],
];
const EVENTS = '/sys/kernel/tracing/events';

const SLICE_MS = 1500;
/** Of the slice: when the count starts, and how long it lasts. */
const START = 0.3;
const LENGTH = 0.5;
const QUICK = 0.2;
const WINDOW_MICROSECONDS = 5000;

export async function runSystemCalls(choice: Choice): Promise<Report> {
  if (!canCount()) {
    const text =
      'Nothing was counted: it takes `perf` and the right to use its system call events.';
    return { text, figures: {}, drawings: {} };
  }
  const rows: Counted[] = [];
  for (const metric of targets.filter(({ name }) => isChosen(name, choice))) {
    rows.push(await countCalls(metric, choice));
  }
  const text = `System calls of both sides together. CPUs: ${choice.placement}.\n${table(rows)}`;
  return { text, figures: { rows }, drawings: {} };
}

function canCount(): boolean {
  try {
    execFileSync('perf', ['stat', '-e', ALL, 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function countCalls(
  { name, ours }: Metric,
  { placement, quick }: { placement: Placement; quick: boolean },
): Promise<Counted> {
  const milliseconds = SLICE_MS * (quick ? QUICK : 1);
  const party = new Party(ours.lineup);
  try {
    await party.ready(placement);
    // The first slice warms up.
    await party.obey(ours.order, { milliseconds, windowMicroseconds: WINDOW_MICROSECONDS });
    const [numbers, calls] = await Promise.all([
      party.obey(ours.order, { milliseconds, windowMicroseconds: WINDOW_MICROSECONDS }),
      sleep(milliseconds * START).then(() => perfStat(party.pids, milliseconds * LENGTH)),
    ]);
    const messagesPerSecond = messageRate(ours, numbers);
    const callsPerSecond = calls.get(ALL) ?? Number.NaN;
    return {
      name,
      lineup: lineupName(ours.lineup),
      messagesPerSecond,
      callsPerSecond,
      callsPerMessage: callsPerSecond / messagesPerSecond,
      byName: Object.fromEntries(
        [...calls]
          .filter(([event, rate]) => event !== ALL && rate > 0)
          .sort(([, a], [, b]) => b - a)
          .map(([event, rate]) => [event.replace('syscalls:sys_enter_', ''), rate]),
      ),
      oneCpu: onOneCpu(...party.pids),
    };
  } finally {
    await party.close();
  }
}

/** Events per second of all threads of the processes. */
async function perfStat(
  pids: readonly number[],
  milliseconds: number,
): Promise<Map<string, number>> {
  const named = BY_NAME.filter((call) => existsSync(`${EVENTS}/syscalls/sys_enter_${call}`));
  const events = [ALL, ...named.map((call) => `syscalls:sys_enter_${call}`)].join(',');
  const seconds = milliseconds / 1000;
  const options = ['stat', '-x', ',', '-e', events, '-p', pids.join(',')];
  const { stderr } = await promisify(execFile)('perf', [...options, '--', 'sleep', `${seconds}`]);
  // Lines such as `144,,raw_syscalls:sys_enter,1349953,100.00,,`.
  const lines = [...stderr.matchAll(/^(\d+),[^,]*,([^,]+),/gm)];
  return new Map(lines.map(([, count, event = '']) => [event, Number(count) / seconds]));
}

/** A round trip is two messages. */
function messageRate({ order }: Measurement, numbers: Uint32Array): number {
  const sum = (remainder: number): number =>
    numbers.reduce((total, value, i) => (i % 2 === remainder ? total + value : total), 0);
  const [records, nanoseconds] = givesTimes(order)
    ? [numbers.length, sum(0) + sum(1)]
    : [sum(0), sum(1)];
  return (records * messagesOf(order) * 1e9) / nanoseconds;
}

function messagesOf({ action }: Order): number {
  return action === 'send' || action === 'receive' ? 1 : 2;
}

function table(rows: readonly Counted[]): string {
  const whole = (value: number): string => Math.round(value).toLocaleString('en');
  const body = rows.map(({ name, messagesPerSecond, callsPerSecond, callsPerMessage, byName }) => [
    name,
    whole(messagesPerSecond),
    whole(callsPerSecond),
    callsPerMessage.toFixed(6),
    Object.entries(byName)
      .slice(0, 3)
      .map(([call, rate]) => `${call} ${whole(rate)}`)
      .join(', '),
  ]);
  return alignedTable([['', 'messages/s', 'calls/s', 'calls/message', 'most frequent'], ...body]);
}
