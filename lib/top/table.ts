import { basename } from 'node:path';
import type { ChannelRow, RingRow, WorkerRow } from './sample.js';

const HEADINGS = [
  'PID',
  'PROGRAM',
  'MODULE',
  'STATE',
  'MEMORY',
  'CPU',
  'RING',
  'TO WORKER',
  'FROM WORKER',
  'HOST',
  'WORKER',
];

/** One line for each channel, and for each worker without one. */
export function formatWorkers(workers: readonly WorkerRow[]): string {
  const lines = [HEADINGS, ...workers.flatMap(workerLines)];
  const widths = HEADINGS.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  const texts = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${texts.join('\n')}\n`;
}

function workerLines(worker: WorkerRow): string[][] {
  const { pid, program, module, state, residentBytes, cpuPercent, channels } = worker;
  const head = [
    String(pid),
    program ?? '?',
    module === null ? '?' : basename(module),
    state,
    residentBytes === null ? '-' : bytes(residentBytes),
    `${cpuPercent.toFixed(0)}%`,
  ];
  if (channels.length === 0) return [[...head, 'none']];
  return channels.map((channel, index) => [
    ...(index === 0 ? head : head.map(() => '')),
    ...channelCells(channel),
  ]);
}

function channelCells({ capacity, toWorker, fromWorker, host, worker }: ChannelRow): string[] {
  return [bytes(capacity), ring(toWorker, capacity), ring(fromWorker, capacity), host, worker];
}

/** How full, and how fast. */
function ring({ unreadBytes, bytesPerSecond }: RingRow, capacity: number): string {
  return `${Math.round((100 * unreadBytes) / capacity)}% ${bytes(bytesPerSecond)}/s`;
}

function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let left = count;
  let unit = 0;
  while (left >= 1024 && unit < units.length - 1) {
    left /= 1024;
    unit++;
  }
  return `${left >= 100 || unit === 0 ? left.toFixed(0) : left.toFixed(1)} ${units[unit]}`;
}
