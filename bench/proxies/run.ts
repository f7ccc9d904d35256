/** `npm run bench -- proxies`: Python without an interface, here and with pythonia. Method: ../README.md. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Python, spawn } from 'ringsnake';
import { load } from '../calls/drivers/package.js';
import { EquipmentError, equip } from '../calls/equipment.js';
import { parties as contestants } from '../calls/lineup.js';
import { PLACEMENTS, type Placement, place } from '../cpus.js';
import { peers, pythonCommand, root } from '../folder.js';
import { machine, machineLine } from '../machine.js';
import { median } from '../quantile.js';
import { alignedTable } from '../ring/table.js';
import { type Bridge, startBridge } from './bridge.js';

export const PROXIES_HELP = `Usage: npm run bench -- proxies [--quick] [--cpus WHERE] [--results FOLDER]

Measures reading an attribute of a Python object and calling a function, blocking and awaited, without an interface, against pythonia;
and from Python reading a property of a JavaScript object and calling a function, against JSPyBridge.

  --quick           a fifth of the time, for a first look
  --cpus WHERE      free, same or split, as for \`npm run bench\` (default: split)
  --results FOLDER  where figures go (default: bench/results; with --quick: build/bench)
`;

/** Short slices, and many: what else the machine does in one of them is no party's fault. */
const ROUNDS = 60;
const SLICE_MS = 45;
const QUICK = 0.2;
/** Uses between two looks at the clock. */
const BETWEEN = 20;
/** Microseconds that a blocking read of an attribute may take. */
const MOST_READ = 2;
/** How much longer pythonia must take than we do. */
const LEAST_RATIO = 20;

const READ = 'attribute, blocking';
const READ_LATER = 'attribute, awaited';
const PEER_READ = 'attribute, awaited, pythonia';

/** Of one party: so many uses. */
type Use = (times: number) => void | Promise<void>;

/** Microseconds for one use, of so many milliseconds. */
type Trial = (milliseconds: number) => Promise<number>;

interface Pythonia {
  python: { (path: string): Promise<Remote>; exit(): void };
}

interface Remote {
  readonly answer: PromiseLike<number>;
  add(a: number, b: number): Promise<number>;
}

interface Row {
  readonly name: string;
  /** Microseconds for a use, a figure for each round. */
  readonly times: readonly number[];
}

/** Throws with what is wrong with the command line. */
export async function proxiesBench(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      quick: { type: 'boolean' },
      cpus: { type: 'string', default: 'split' },
      results: { type: 'string' },
    },
  });
  const { quick = false, cpus } = values;
  const placement = PLACEMENTS.find((each) => each === cpus);
  if (placement === undefined) throw new Error(`--cpus is one of ${PLACEMENTS.join(', ')}`);
  const folder =
    values.results ?? (quick ? join(root, 'build', 'bench') : join(root, 'bench', 'results'));
  const where = machine();
  console.log(`${machineLine(where)}\n`);
  const rows = await measure(quick ? QUICK : 1, placement);
  console.log(table(rows));
  const verdicts = judge(rows);
  for (const { text, met } of verdicts) console.log(`${met ? 'met   ' : 'MISSED'}  ${text}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, `${where.date}-proxies.json`),
    `${JSON.stringify({ machine: where, quick, placement, rows, targets: verdicts }, null, 2)}\n`,
  );
}

/** All take turns in each round, so that a machine that drifts, drifts for all. */
async function measure(scale: number, placement: Placement): Promise<Row[]> {
  await using worker = await spawn({
    python: pythonCommand(),
    cwd: peers,
    exposeJavaScript: true,
  });
  const peer = await startPythonia();
  const bridge = await startBridge();
  place(placement, process.pid, worker.pid);
  try {
    const { py } = worker;
    const module = await py.import('plain');
    const { add: addLater } = { add: await module.add };
    const blocking = py.sync.import('plain');
    const { add } = blocking;
    const uses: [string, Use][] = [
      [READ, (times) => repeat(times, () => blocking.answer)],
      [READ_LATER, (times) => repeatLater(times, () => module.answer)],
      ['call, blocking', (times) => repeat(times, () => add(1, 2))],
      ['call, awaited', (times) => repeatLater(times, () => addLater(1, 2))],
      ['method, awaited', (times) => repeatLater(times, () => module.add(1, 2))],
    ];
    if (peer !== undefined)
      uses.push(
        [PEER_READ, (times) => repeatLater(times, () => peer.module.answer)],
        ['method, awaited, pythonia', (times) => repeatLater(times, () => peer.module.add(1, 2))],
      );
    const trials: [string, Trial][] = [
      ...uses.map(([name, use]): [string, Trial] => [name, (ms) => timeOf(use, ms)]),
      ...(await mirrorTrials(py, bridge)),
    ];
    const times = new Map<string, number[]>(trials.map(([name]) => [name, []]));
    for (const [, trial] of trials) await trial(SLICE_MS * scale);
    for (let round = 0; round < ROUNDS; round++)
      for (const [name, trial] of trials) times.get(name)?.push(await trial(SLICE_MS * scale));
    return [...times].map(([name, each]) => ({ name, times: each }));
  } finally {
    peer?.close();
    bridge?.close();
  }
}

/** JavaScript without an interface: Python measures itself, so that nothing but the uses is in its figures. */
async function mirrorTrials(py: Python, bridge: Bridge | undefined): Promise<[string, Trial][]> {
  const module = await py.import('js_objects');
  // An object of JavaScript's that comes here is itself again: so Python makes them.
  await py.exec('import js_objects, ringsnake');
  const uses = await py.eval('js_objects.uses_of(ringsnake.js.globals)');
  const measured = await module.microseconds;
  const ours = async (use: string): Promise<Trial> => {
    const function_ = await py.item(uses, use);
    return async (milliseconds) => (await measured(function_, milliseconds / 1000)) as number;
  };
  const trials: [string, Trial][] = [
    ['property of JavaScript, blocking', await ours('property')],
    ['call of JavaScript, blocking', await ours('call')],
  ];
  if (bridge !== undefined)
    trials.push(
      [
        'property of JavaScript, blocking, JSPyBridge',
        (milliseconds) => bridge.measure('property', milliseconds / 1000),
      ],
      [
        'call of JavaScript, blocking, JSPyBridge',
        (milliseconds) => bridge.measure('call', milliseconds / 1000),
      ],
    );
  return trials;
}

/** Undefined where it cannot be installed. */
async function startPythonia(): Promise<{ module: Remote; close: () => void } | undefined> {
  const party = contestants.find(({ name }) => name === 'pythonia');
  if (party === undefined) return undefined;
  try {
    const { folder, python: interpreter } = await equip(party);
    // Read when the package is loaded.
    process.env['PYTHON_BIN'] = interpreter;
    const { python } = load<Pythonia>(folder, 'pythonia');
    return { module: await python(join(peers, 'plain.py')), close: () => python.exit() };
  } catch (error) {
    if (!(error instanceof EquipmentError)) throw error;
    console.log(`without pythonia: ${error.message}`);
    return undefined;
  }
}

function repeat(times: number, use: () => unknown): void {
  for (let i = 0; i < times; i++) use();
}

async function repeatLater(times: number, use: () => PromiseLike<unknown>): Promise<void> {
  for (let i = 0; i < times; i++) await use();
}

/** Microseconds for one use. */
async function timeOf(use: Use, milliseconds: number): Promise<number> {
  const begin = performance.now();
  let uses = 0;
  while (performance.now() - begin < milliseconds) {
    await use(BETWEEN);
    uses += BETWEEN;
  }
  return ((performance.now() - begin) * 1000) / uses;
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ name, times }) => [
    name,
    median(times).toFixed(2),
    Math.min(...times).toFixed(2),
  ]);
  return alignedTable([['', 'µs, median', 'least'], ...lines]);
}

function judge(rows: readonly Row[]): { text: string; met: boolean }[] {
  const timesOf = (name: string): readonly number[] =>
    rows.find((row) => row.name === name)?.times ?? [];
  const read = median(timesOf(READ));
  const peer = timesOf(PEER_READ);
  const verdicts = [
    {
      text: `reading an attribute, blocking, takes ${read.toFixed(2)} µs, at most ${MOST_READ}`,
      met: read <= MOST_READ,
    },
  ];
  if (peer.length === 0) return verdicts;
  const ratio = median(peer) / read;
  const awaited = median(peer) / median(timesOf(READ_LATER));
  // What other programs on the same CPUs take makes the quicker one look slower; the least shows both without them.
  const least = Math.min(...peer) / Math.min(...timesOf(READ));
  const verdict = {
    text: `pythonia takes ${ratio.toFixed(0)} times as long, at least ${LEAST_RATIO} (least against least: ${least.toFixed(0)}; awaited: ${awaited.toFixed(0)})`,
    met: ratio >= LEAST_RATIO,
  };
  return [...verdicts, verdict];
}
