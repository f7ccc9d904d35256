/** `npm run bench -- streams`: small items a second, in each direction. Method: ../README.md. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { spawn } from 'ringsnake';
import { peers, pythonCommand, root } from '../folder.js';
import { machine, machineLine } from '../machine.js';
import { TideClient } from '../peers/tide.gen.js';
import { alignedTable } from '../ring/table.js';

export const STREAMS_HELP = `Usage: npm run bench -- streams [--quick] [--results FOLDER]

Measures how many small items a second a stream carries, from an asynchronous generator of either side to a loop of the other.

  --quick           a fifth of the items, for a first look
  --results FOLDER  where figures go (default: bench/results; with --quick: build/bench)
`;

const ITEMS = 1_000_000;
const QUICK = 0.2;
const ROUNDS = 5;

export async function streamsBench(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: { quick: { type: 'boolean', default: false }, results: { type: 'string' } },
  });
  const items = values.quick ? ITEMS * QUICK : ITEMS;
  const worker = await spawn({ module: join(peers, 'tide.py'), python: pythonCommand() });
  const tide = worker.client(TideClient);
  const toNode: number[] = [];
  const toPython: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const start = performance.now();
    for await (const _ of tide.numbers(items));
    const middle = performance.now();
    await tide.count(numbers(items));
    // The first round warms up.
    if (round === 0) continue;
    toNode.push((items / (middle - start)) * 1000);
    toPython.push((items / (performance.now() - middle)) * 1000);
  }
  await worker.close();
  const figures = { toNode: median(toNode), toPython: median(toPython) };
  process.stdout.write(
    `${machineLine(machine())}\n${alignedTable([
      ['stream of numbers', 'items/s'],
      ['Python to Node.js', figures.toNode.toFixed(0)],
      ['Node.js to Python', figures.toPython.toFixed(0)],
    ])}\n`,
  );
  const folder = values.results ?? join(root, values.quick ? 'build/bench' : 'bench/results');
  mkdirSync(folder, { recursive: true });
  const day = new Date().toISOString().slice(0, 10);
  const text = JSON.stringify({ machine: machine(), items, ...figures }, null, 2);
  writeFileSync(join(folder, `${day}-streams.json`), `${text}\n`);
}

async function* numbers(count: number): AsyncGenerator<number> {
  for (let number = 0; number < count; number++) yield number;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}
