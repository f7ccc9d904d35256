import { residentBytes } from '../worker/statistics.js';
import { descendants, moduleOf, type ProcessFacts, programOf } from './processes.js';
import { hasThread, type RegionPlace, type RegionView, regionsOf, viewRegion } from './regions.js';

/** One direction of a channel. */
export interface RingRow {
  /** What nobody has read yet. */
  readonly unreadMessages: number;
  readonly unreadBytes: number;
  readonly bytesPerSecond: number;
}

/** The channel between a process and a worker. */
export interface ChannelRow {
  /** Bytes of each ring. */
  readonly capacity: number;
  readonly toWorker: RingRow;
  readonly fromWorker: RingRow;
  /** `runs`, `polls` (in its event loop) or `blocked`; `wants room`. */
  readonly host: string;
  readonly worker: string;
}

export interface WorkerRow {
  readonly pid: number;
  /** Such as `python3.11`. */
  readonly program: string | null;
  readonly module: string | null;
  readonly state: string;
  readonly residentBytes: number | null;
  /** Of one CPU. */
  readonly cpuPercent: number;
  readonly channels: readonly ChannelRow[];
}

interface SampledChannel {
  readonly view: RegionView;
  /** Which side the worker is. */
  readonly side: 0 | 1;
}

interface SampledWorker {
  readonly facts: ProcessFacts;
  readonly channels: ReadonlyMap<number, SampledChannel>;
}

/** The workers of a process at one moment. Two of these give figures per second. */
export class Sample {
  readonly #time = performance.now();
  readonly #workers: ReadonlyMap<number, SampledWorker>;

  /** Throws when the system lets nobody look at the process. */
  constructor(pid: number) {
    const own = new Set(regionsOf(pid).map(({ inode }) => inode));
    const workers = new Map<number, SampledWorker>();
    for (const facts of descendants(pid)) {
      const places = regionsIfAllowed(facts.pid);
      const shared = places.filter(({ inode }) => own.has(inode));
      if (shared.length === 0 && moduleOf(facts.pid) === undefined) continue;
      workers.set(facts.pid, { facts, channels: sampleChannels(facts.pid, shared) });
    }
    this.#workers = workers;
  }

  rowsSince(before: Sample): WorkerRow[] {
    const seconds = (this.#time - before.#time) / 1000;
    return [...this.#workers.values()].map(({ facts, channels }) => {
      const { pid, state, cpuSeconds } = facts;
      const old = before.#workers.get(pid);
      return {
        pid,
        program: programOf(pid) ?? null,
        module: moduleOf(pid) ?? null,
        state,
        residentBytes: residentBytes(pid),
        cpuPercent: old ? (100 * (cpuSeconds - old.facts.cpuSeconds)) / seconds : 0,
        channels: [...channels].map(([inode, channel]) =>
          channelRow(channel, old?.channels.get(inode), seconds),
        ),
      };
    });
  }
}

function regionsIfAllowed(pid: number): RegionPlace[] {
  try {
    return regionsOf(pid);
  } catch {
    return [];
  }
}

function sampleChannels(
  pid: number,
  places: readonly RegionPlace[],
): ReadonlyMap<number, SampledChannel> {
  const channels = new Map<number, SampledChannel>();
  for (const { inode, path } of places) {
    const view = viewRegion(path);
    if (view === undefined) continue;
    channels.set(inode, { view, side: hasThread(pid, view.rings[0].writerThread) ? 0 : 1 });
  }
  return channels;
}

function channelRow(
  { view, side }: SampledChannel,
  before: SampledChannel | undefined,
  seconds: number,
): ChannelRow {
  const host = side === 0 ? 1 : 0;
  const ring = (writer: 0 | 1): RingRow => {
    const { records, bytes, readPosition } = view.rings[writer];
    const old = before?.view.rings[writer].readPosition ?? readPosition;
    const read = (readPosition - old) >>> 0;
    return { unreadMessages: records, unreadBytes: bytes, bytesPerSecond: read / seconds };
  };
  return {
    capacity: view.capacity,
    toWorker: ring(host),
    fromWorker: ring(side),
    host: view.rings[host].writer,
    worker: view.rings[side].writer,
  };
}
