import type { CallOptions } from '../session/call-options.js';

/** How a proxy's programs are run; those that come of them are run so, too. */
export interface Manner {
  /** Blocking the thread. */
  readonly isSync: boolean;
  /** Of each call; undefined: those of the session. */
  readonly options: CallOptions | undefined;
}
