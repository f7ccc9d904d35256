import { readFileSync } from 'node:fs';
import type { RingsnakeError } from '../errors.js';
import type { RingStatistics } from '../ring/ring-end.js';
import type { SessionStatistics } from '../session/statistics.js';

/** What a worker does at the moment; see `Worker`. */
export type WorkerState = 'running' | 'restarting' | 'closing' | 'ended' | 'failed';

/** What is known of a worker; see `Worker.statistics`. */
export interface WorkerStatistics {
  readonly pid: number;
  readonly state: WorkerState;
  /** How often it was started again. */
  readonly restarts: number;
  /** When the process of the moment was started. */
  readonly startedAt: Date;
  /** Milliseconds since then. */
  readonly uptime: number;
  /** Bytes of memory that the process has resident; null when there is none. */
  readonly residentBytes: number | null;
  /** Undefined once the session has ended. */
  readonly ring: RingStatistics | undefined;
  /** Calls, frames, latencies and handles, since the process of the moment was started. */
  readonly session: SessionStatistics;
  /** Why the process before that, or the last one, is gone; null when none is. */
  readonly lastDeath: RingsnakeError | null;
}

/** Bytes; null when there is no such process. */
export function residentBytes(pid: number): number | null {
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  } catch {
    return null;
  }
}
