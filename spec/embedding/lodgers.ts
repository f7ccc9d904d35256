import { join } from 'node:path';
import { type EmbedOptions, embed, type Worker } from 'ringsnake';
import { LandlordServer, LodgerClient } from '../support/lodging/lodging.gen.js';
import { pythonCommand } from '../support/python.js';
import { root } from '../support/root.js';

export const lodging: string = join(root, 'spec', 'support', 'lodging', 'lodging.py');

interface Teardown {
  teardown(action: () => unknown): unknown;
}

/** A worker on a thread of this process, which the test's end destroys. */
export async function startLodger(
  t: Teardown,
  options: Partial<EmbedOptions> = {},
): Promise<{ worker: Worker; lodger: LodgerClient }> {
  let lodger: LodgerClient | undefined;
  const landlord = new LandlordServer({
    answer: (question) => `${question}!`,
    climb: (levels) => (levels === 0 ? 0 : 1 + (lodger as LodgerClient).sync.climb(levels - 1)),
  });
  const worker = await embed({
    module: lodging,
    python: pythonCommand(),
    serves: [landlord],
    ...options,
  });
  t.teardown(() => worker.destroy());
  lodger = worker.client(LodgerClient);
  return { worker, lodger };
}
