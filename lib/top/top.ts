/** `ringsnake top PID`: the workers of a process and their rings, as they are seen from outside. */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { processFacts, programOf } from './processes.js';
import { Sample, type WorkerRow } from './sample.js';
import { formatWorkers } from './table.js';

const HELP = `ringsnake top PID [--once] [--json] [--interval SECONDS]

Shows the workers below a process and the rings between them, again and again. The process need not do anything about it and
is not disturbed: all is read from /proc, by the same user or as root.

  --once              one table, of one interval, then ends
  --json              one line of JSON instead of each table
  --interval SECONDS  between two tables; 1 by default

  STATE               what the kernel says of the process
  RING                bytes each way
  TO/FROM WORKER      how full that ring is, and how much is read from it
  HOST, WORKER        how that side waits: runs; polls, in its event loop; blocked, in a call; "wants room" in its ring

Examples:
  ringsnake top 4711
  ringsnake top 4711 --once --json
`;

interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** Where it writes. */
export interface TopOutputs {
  readonly stdout: Output;
  readonly stderr: Output;
}

interface TopOptions {
  readonly pid: number;
  readonly once: boolean;
  readonly json: boolean;
  /** Milliseconds. */
  readonly interval: number;
}

/** Returns the exit code: 0; 1 if the process cannot be looked at; 2 for arguments that make no sense. */
export async function top(
  argv: readonly string[],
  { stdout, stderr }: TopOutputs,
): Promise<number> {
  let options: TopOptions | undefined;
  try {
    options = read(argv);
  } catch (error) {
    stderr.write(`ringsnake top: ${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  if (options === undefined) {
    stdout.write(HELP);
    return 0;
  }
  try {
    await show(options, stdout);
    return 0;
  } catch (error) {
    stderr.write(`ringsnake top: ${problemText(error, options.pid)}\n`);
    return 1;
  }
}

/** Undefined: help is wanted. Throws what is wrong. */
function read(argv: readonly string[]): TopOptions | undefined {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      once: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      interval: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const [pid, ...rest] = positionals;
  if (pid === undefined || rest.length > 0) throw new Error('which process? Its number, one');
  if (!/^[1-9]\d*$/.test(pid)) throw new Error(`${pid} is not the number of a process`);
  const interval = Number(values.interval) * 1000;
  if (!(interval >= 10 && interval <= 1e6))
    throw new Error('the interval is a number of seconds, from 0.01 to 1000');
  return { pid: Number(pid), once: values.once, json: values.json, interval };
}

async function show({ pid, once, json, interval }: TopOptions, stdout: Output): Promise<void> {
  mustExist(pid);
  let before = new Sample(pid);
  do {
    await pause(interval);
    // Its end is no error for who watches it.
    if (!once && !isThere(pid)) return;
    mustExist(pid);
    const now = new Sample(pid);
    const workers = now.rowsSince(before);
    stdout.write(
      json ? `${JSON.stringify({ pid, time: new Date(), workers })}\n` : page(pid, workers, stdout),
    );
    before = now;
  } while (!once);
}

function page(pid: number, workers: readonly WorkerRow[], { isTTY = false }: Output): string {
  const clear = isTTY ? '\x1b[H\x1b[J' : '';
  const count = `${workers.length} ${workers.length === 1 ? 'worker' : 'workers'}`;
  const head = `${pid} ${programOf(pid) ?? ''}: ${count}\n`;
  return `${clear}${head}${workers.length === 0 ? '' : formatWorkers(workers)}\n`;
}

function mustExist(pid: number): void {
  if (!isThere(pid)) throw new Error(`there is no process ${pid}`);
}

/** A zombie has nothing left to look at. */
function isThere(pid: number): boolean {
  return ![undefined, 'zombie'].includes(processFacts(pid)?.state);
}

function problemText(error: unknown, pid: number): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM')
    return `the system lets nobody look at process ${pid} but its user and root: run this as that user`;
  return code === 'ENOENT' || code === 'ESRCH' ? `there is no process ${pid}` : message;
}
