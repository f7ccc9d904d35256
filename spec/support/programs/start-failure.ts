/**
 * Starts workers, each while another system call fails: run by spec/stress/start_failure.cc, which lets them fail. `start-failure MOST`:
 * of each call at most so many. Prints what it found as that program's kind do.
 */
import { constants } from 'node:os';
import { release, spawn } from 'ringsnake';
import { auditLeaks } from '../leaks.js';
import { pythonCommand } from '../python.js';
import { WorkbenchClient } from '../workbench/workbench.gen.js';
import { host, workbenchModule } from '../workers.js';

const { EAGAIN, EINTR, EMFILE, ENOMEM, ENOSYS } = constants.errno;

/** Calls by number on x86-64, and how they fail. */
const CALLS: Readonly<Record<string, { number: number; errors: readonly number[] }>> = {
  memfd_create: { number: 319, errors: [ENOMEM, EMFILE, ENOSYS] },
  ftruncate: { number: 77, errors: [ENOMEM, EINTR] },
  fallocate: { number: 285, errors: [ENOMEM, EINTR] },
  mmap: { number: 9, errors: [ENOMEM] },
  socketpair: { number: 53, errors: [ENOMEM, EMFILE] },
  eventfd2: { number: 290, errors: [ENOMEM, EMFILE] },
  sendmsg: { number: 46, errors: [ENOMEM, EINTR] },
  recvmsg: { number: 47, errors: [ENOMEM, EINTR] },
  pipe2: { number: 293, errors: [EMFILE] },
  clone: { number: 56, errors: [EAGAIN] },
  clone3: { number: 435, errors: [EAGAIN] },
  vfork: { number: 58, errors: [EAGAIN] },
  pidfd_open: { number: 434, errors: [EMFILE, ENOSYS] },
};

const most = Number(process.argv[2]);
const ORDER = 0x70000000;
const QUESTION = 0x7fffffff;

interface Failure {
  readonly name: string;
  readonly error: number;
  readonly nth: number;
  readonly inWorker: boolean;
}

function arm({ name, error, nth, inWorker }: Failure): void {
  const { number } = CALLS[name] as { number: number };
  process.kill(ORDER + (inWorker ? 2 ** 25 : 0) + number * 2 ** 15 + error * 2 ** 8 + nth, 0);
}

/** Whether the call was made; from now on none fails. */
function wasMade(): boolean {
  try {
    return process.kill(QUESTION, 0);
  } catch {
    return false;
  }
}

async function startAndCall(): Promise<void> {
  const worker = await spawn({
    ...{ module: workbenchModule, python: pythonCommand(), serves: [host] },
    ...{ stderr: 'ignore', startTimeout: 20_000 },
  });
  try {
    const workbench = worker.client(WorkbenchClient);
    if ((await workbench.callHost(1)) !== 'NOTE 0') throw new Error('a wrong answer');
    const bytes = await workbench.echoBytes(new Uint8Array(100_000).fill(7));
    if (bytes[99_999] !== 7) throw new Error('wrong bytes');
    release(bytes);
  } finally {
    await worker.close();
  }
}

const outcomes: Record<string, number> = {};
let made = 0;
let faults = 0;

/** False when the call was not made so often. */
async function tryOnce(failure: Failure): Promise<boolean> {
  const ends: (() => unknown)[] = [];
  await auditLeaks({ teardown: (end) => ends.push(end) });
  arm(failure);
  let outcome = 'made good';
  let fault: string | undefined;
  try {
    await startAndCall();
  } catch (error) {
    outcome = String((error as { code?: unknown }).code);
    if (!outcome.startsWith('RS_')) fault = String((error as Error).stack);
  }
  const was = wasMade();
  if (was || fault !== undefined) {
    try {
      for (const end of ends) await end();
    } catch (error) {
      fault = `${outcome}: ${(error as Error).message}`;
    }
  }
  if (was) {
    made++;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  if (fault !== undefined) {
    faults++;
    process.stdout.write(`# ${JSON.stringify(failure)}: ${fault.replaceAll('\n', ' | ')}\n`);
  }
  return was;
}

const report = (sentence: string, holds: boolean): void => {
  process.stdout.write(`${holds ? '' : 'not '}ok - ${sentence}\n`);
};

// What is made once and kept is there after this.
await startAndCall();
for (const inWorker of [false, true]) {
  for (const [name, { errors }] of Object.entries(CALLS))
    for (const error of errors)
      for (let nth = 1; nth <= most; nth++)
        if (!(await tryOnce({ name, error, nth, inWorker }))) break;
  const where = inWorker ? 'in the worker that starts' : 'in the process that starts it';
  report(
    `whatever system call fails ${where}: a coded error or none, and nothing is left`,
    made > 0 && faults === 0,
  );
  const text = JSON.stringify({
    figure: 'start, failing calls',
    inWorker,
    failures: made,
    outcomes,
  });
  process.stdout.write(`# ${text}\n`);
  made = 0;
  faults = 0;
  for (const outcome of Object.keys(outcomes)) delete outcomes[outcome];
}
report('afterwards a worker starts as ever', await startAndCall().then(() => true));
