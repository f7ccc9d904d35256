/**
 * A program with a worker on a thread, in which much is going on: `embedded END MODE`. Prints `ready`, then ends as END says; with `thread` as MODE the worker
 * belongs to a worker_threads thread.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isMainThread, parentPort, Worker as Thread } from 'node:worker_threads';
import { embed, type Worker } from 'ringsnake';
import { LandlordServer, LodgerClient } from '../lodging/lodging.gen.js';

const [, , end = 'natural', mode = 'main'] = process.argv;

/** Made by code in C that never lets go of Python's lock. */
const flag = join(process.env['LODGING_FOLDER'] as string, 'in-c');
const C_CODE = `
import ctypes
ctypes.PyDLL(None).system(b"touch '${flag}'; exec tail --pid=$PPID -f /dev/null > /dev/null 2>&1")
`;

/** Threads of every kind, a task in the worker's loop, and numpy at work. */
const RESTLESS = `
import atexit, asyncio, sys, threading, time
import numpy
def spin():
    while True:
        numpy.dot(numpy.ones((200, 200)), numpy.ones((200, 200)))
def wait():
    time.sleep(3600)
threading.Thread(target=spin, daemon=True).start()
threading.Thread(target=spin).start()
threading.Thread(target=wait).start()
async def task():
    while True:
        await asyncio.sleep(0.001)
kept = asyncio.get_event_loop().create_task(task())
sys.modules["lodging"].kept = kept
atexit.register(lambda: print("python ends", flush=True))
`;

async function live(): Promise<void> {
  const landlord = new LandlordServer({
    answer: (question) => {
      if (end === 'exit-in-callback') process.exit(7);
      if (end === 'throw-in-callback')
        setImmediate(() => {
          throw new Error('in a callback');
        });
      return question;
    },
    climb: (levels) => levels,
  });
  const worker = await embed({
    module: process.env['LODGING'] as string,
    python: process.env['LODGING_PYTHON'] as string,
    serves: [landlord],
  });
  const lodger = worker.client(LodgerClient);
  await lodger.run(RESTLESS);
  // A call that never ends.
  // Callbacks cross in the worker's loop, so that one is free then.
  const endless = end === 'exit-in-c' ? C_CODE : 'while True: pass';
  const open = end.endsWith('callback') ? [] : [lodger.run(endless)];
  for (const call of open) call.catch(() => {});
  (parentPort ?? { postMessage: console.log }).postMessage('ready');
  await endProcess(worker, lodger);
}

async function endProcess(worker: Worker, lodger: LodgerClient): Promise<void> {
  switch (end) {
    case 'exit':
      process.exit(7);
      break;
    case 'exit-in-handler':
      process.on('exit', () => {
        process.exitCode = 7;
        lodger.sync.thread();
      });
      process.exit();
      break;
    case 'exit-in-callback':
    case 'throw-in-callback':
      lodger.sync.ask(1);
      break;
    case 'throw':
      throw new Error('uncaught');
    case 'reject':
      void Promise.reject(new Error('rejected'));
      break;
    case 'exit-in-c':
      while (!existsSync(flag)) await setTimeout(1);
      process.exit(7);
      break;
    case 'crash':
      lodger.sync.run('import ctypes\nctypes.string_at(0)');
      break;
    case 'abort':
      process.abort();
      break;
    case 'signal':
      process.kill(process.pid, 'SIGTERM');
      break;
    case 'close':
      process.exitCode = 7;
      await worker.destroy();
      break;
    default:
      process.exitCode = 7;
      // Only open calls keep Node alive.
      await worker.destroy();
  }
}

if (mode === 'thread' && isMainThread) {
  const thread = new Thread(new URL(import.meta.url), { argv: [end, mode] });
  thread.on('message', () => {
    console.log('ready');
    if (end === 'terminate') void thread.terminate();
  });
  thread.on('exit', (code) => {
    console.log(`thread ended with ${code}`);
    process.exitCode = 7;
  });
  thread.on('error', (error) => console.log(`thread failed: ${error.message}`));
} else void live();
