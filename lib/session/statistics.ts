import type { FrameCount } from '../channel/frame-counts.js';
import type { LatencyStatistics } from './latency-histogram.js';
import type { HandleStatistics } from './objects.js';

/** Calls of this side, since the session began. */
export interface CallStatistics {
  readonly made: number;
  /** With a result. */
  readonly answered: number;
  /** With an error. */
  readonly failed: number;
  /** Given up: aborted, or out of time. */
  readonly cancelled: number;
  /** Answers that came after that, and were dropped. */
  readonly late: number;
  /** Not answered yet, those that were given up included. */
  readonly open: number;
}

/** Calls of the peer. */
export interface HandlerStatistics {
  readonly received: number;
  readonly answered: number;
  readonly failed: number;
  /** Those that the peer gave up. */
  readonly cancelled: number;
  /** Not answered yet. */
  readonly running: number;
}

/** What went through a session. Twin: python/ringsnake/_session/statistics.py. */
export interface SessionStatistics {
  readonly calls: CallStatistics;
  readonly handlers: HandlerStatistics;
  /** By kind, as in spec/wire/frame.md. */
  readonly frames: {
    readonly sent: Readonly<Record<string, FrameCount>>;
    readonly received: Readonly<Record<string, FrameCount>>;
  };
  /** How long calls took, by `Interface.method`: of this side until their answers, of the peer until they were handled. Empty without `statistics: true`. */
  readonly latencies: {
    readonly calls: Readonly<Record<string, LatencyStatistics>>;
    readonly handlers: Readonly<Record<string, LatencyStatistics>>;
  };
  readonly handles: HandleStatistics;
  /** What was wrong with what the peer sent: how often each code. */
  readonly rejected: Readonly<Record<string, number>>;
}
