/** How a member of a pool is; see `Member`. */
export type MemberState = 'starting' | 'running' | 'waiting' | 'failed' | 'closed';

/** One member, at one moment. */
export interface MemberStatistics {
  readonly state: MemberState;
  /** Of the process that takes calls. */
  readonly pid: number | null;
  /** Calls that it has not answered yet. */
  readonly outstanding: number;
  /** Calls that it was ever given, all its processes together. */
  readonly calls: number;
  /** Processes that died and were, or are being, replaced. */
  readonly restarts: number;
  /** Processes that were replaced although nothing was wrong; see `renew`. */
  readonly renewals: number;
}

/** How a pool is. */
export type PoolState = 'starting' | 'running' | 'failed' | 'closing' | 'closed';

/** A pool, at one moment. */
export interface PoolStatistics {
  readonly state: PoolState;
  readonly members: readonly MemberStatistics[];
  readonly outstanding: number;
  /** Calls that wait for a member. */
  readonly queued: number;
  readonly calls: number;
  /** Calls that were refused because too many waited, or because they waited for too long. */
  readonly rejected: number;
  readonly restarts: number;
  readonly renewals: number;
}
