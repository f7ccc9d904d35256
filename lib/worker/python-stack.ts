import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * The signal at which a worker writes the Python stacks of its threads, whatever it is doing: one that nobody else uses, since an
 * application is free to have handlers for all that have names. Told in hello.
 */
export const STACK_SIGNAL = 60;
/** The name of the memory it writes them to; twin: python/ringsnake/_worker/stacks.py. */
const MEMORY = 'ringsnake-stacks';
/** How long they are waited for. */
const PATIENCE_MS = 500;
const LOOK_MS = 10;

interface SignalledProcess {
  readonly pid: number | undefined;
  signal(number: number): void;
}

/**
 * What the threads of a worker are doing, as Python tells it: also while it computes in C or sleeps with the interpreter lock held.
 * Undefined when it does not answer. REQUIRES: the worker has read its hello; before, the signal ends it.
 */
export async function readPythonStack(worker: SignalledProcess): Promise<string | undefined> {
  const memory = worker.pid === undefined ? undefined : findMemory(worker.pid);
  if (memory === undefined) return undefined;
  const before = read(memory).length;
  worker.signal(STACK_SIGNAL);
  const deadline = performance.now() + PATIENCE_MS;
  let text = '';
  while (performance.now() < deadline) {
    await pause(LOOK_MS);
    const now = read(memory).subarray(before).toString('utf8');
    // It is written in pieces: complete when no more comes.
    if (now !== '' && now === text) break;
    text = now;
  }
  return text === '' ? undefined : text.trim();
}

/** Where the worker's descriptor of that memory can be opened; undefined before it has made it. */
function findMemory(pid: number): string | undefined {
  const folder = `/proc/${pid}/fd`;
  try {
    const names = readdirSync(folder);
    const name = names.find((each) => linkOf(`${folder}/${each}`).includes(`memfd:${MEMORY}`));
    return name && `${folder}/${name}`;
  } catch {
    return undefined;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}
