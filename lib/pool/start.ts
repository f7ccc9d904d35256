import { type PoolOptions, planOf } from './options.js';
import { Pool } from './pool.js';

/**
 * Starts several Python processes that serve the same module and returns once all of them are there. Their clients are those of a worker: each
 * call goes to one of them.
 *
 * Rejects as `spawn()` does when one does not come up; then none is left. Throws RangeError for options that make no sense.
 */
export async function pool(options: PoolOptions): Promise<Pool> {
  const started = new Pool(planOf(options));
  await started.start();
  return started;
}
