import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Collects until `done`, at most 5 s: finalizers run in turns of the event loop after a collection. */
export async function collectUntil(
  what: string,
  done: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = performance.now() + 5_000;
  while (!(await done())) {
    if (performance.now() > end) throw new Error(`not within 5 s: ${what}`);
    collect();
    await nextTurn();
  }
}

/** One collection, and the turns of the event loop that its finalizers take. */
export async function collectGarbage(): Promise<void> {
  collect();
  for (let turn = 0; turn < 3; turn++) await nextTurn();
}
