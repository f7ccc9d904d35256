/**
 * Brings a worker into the state that the first argument names, and keeps it there. Prints `worker PID` for each that it starts; the worker
 * prints `reached`. The second argument: a file that makes starts after the first one last.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { SpawnOptions } from 'ringsnake';
import { startArena } from '../arena/start.js';
import { childPids } from '../leaks.js';
import { until } from '../processes.js';
import { HostServer } from '../workbench/workbench.gen.js';
import { fixtureModule } from '../workers.js';

const [state = '', marker = ''] = process.argv.slice(2);
const REACHED = 'print("reached", flush=True)\n';
/** What Python does in a handler. */
const CODE: Readonly<Record<string, string>> = {
  'Python loop': `${REACHED}while True: pass`,
  'C loop': `${REACHED}pow(3, 10**9)`,
  'time.sleep': `import time\n${REACHED}time.sleep(60)`,
  closing: `import time\n${REACHED}time.sleep(60)`,
  'forked child': `import os, time\nif os.fork() == 0: time.sleep(5); os._exit(0)\n${REACHED}`,
  'blocked sync call': `import ringsnake, workbench_gen
host = ringsnake.client(workbench_gen.HostClient)
${REACHED}host.sync.note("never")`,
  'blocked send': `import asyncio, ringsnake, workbench_gen
host = ringsnake.client(workbench_gen.HostClient)
tasks = [asyncio.ensure_future(host.note("x" * 20_000)) for _ in range(100)]
${REACHED}host.sync.note("y" * 20_000)`,
};

const environment: Readonly<Record<string, Partial<SpawnOptions>>> = {
  starting: { env: { HELD_START: '/' } },
  restarting: { env: { HELD_START: marker }, restart: { delay: 1 } },
};

/** Tells of the workers that there are. */
function tell(): void {
  for (const pid of childPids()) console.log(`worker ${pid}`);
}

const keepAlive = setInterval(() => {}, 1_000);
const starting = startArena({
  module: fixtureModule('held.py'),
  serves: [new HostServer({ note: () => new Promise<string>(() => {}), refuse: () => {} })],
  ...environment[state],
});
tell();
if (state !== 'starting') {
  const { worker, workbench, ticker } = await starting;
  const code = CODE[state];
  switch (state) {
    case 'idle':
      await workbench.add(1, 1);
      console.log('reached');
      break;
    case 'pool thread busy':
      void workbench.failAtLength(60);
      break;
    case 'streaming': {
      let items = 0;
      for await (const _ of ticker.endless()) if (++items === 1_000) console.log('reached');
      break;
    }
    case 'restarting':
      process.kill(worker.pid, 'SIGKILL');
      await until('another worker', () => childPids().some((pid) => pid !== worker.pid));
      await pause(0);
      tell();
      break;
    case 'blocked send':
    case 'blocked sync call':
      void workbench.echoText(code as string);
      // This thread reads nothing.
      await new Promise(setImmediate);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      break;
    default:
      void workbench.echoText(code as string);
      if (state === 'closing') void worker.close();
  }
}
await new Promise(() => keepAlive);
