/** `npm run bench -- generation`: how long the generator takes for declarations of others, cold and after a change. Method: ../README.md. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { root } from '../folder.js';
import { machine, machineLine } from '../machine.js';
import { quantile } from '../quantile.js';
import { alignedTable } from '../ring/table.js';

export const GENERATION_HELP = `Usage: npm run bench -- generation [--quick] [--results FOLDER]

Measures \`ringsnake gen\` on declarations that others have written: time and peak memory of a cold run, and with --watch the time
from a change to the file that it changes.

  --quick           one run and five changes of each, for a first look
  --results FOLDER  where figures go (default: bench/results; with --quick: build/bench)
`;

/** Below node_modules, with the seconds that a cold run may take. */
const INPUTS = [
  { name: 'notebooks', path: '@jupyterlab/nbformat/lib/index.d.ts', most: 10 },
  {
    name: 'Model Context Protocol',
    path: '@modelcontextprotocol/sdk/dist/esm/spec.types.d.ts',
    most: 10,
  },
  { name: "GitHub's webhooks", path: '@octokit/webhooks-types/schema.d.ts', most: 10 },
  { name: 'Chrome DevTools Protocol', path: 'devtools-protocol/types/protocol.d.ts', most: 6 },
] as const;
const MOST_MEGABYTES = 600;
const MOST_WATCH_MS = 300;
const COLD_RUNS = 3;
const CHANGES = 30;
const command = join(root, 'dist', 'lib', 'cli', 'main.js');
const SMALL =
  'export interface Point {\n  x0: number;\n}\nexport interface Plotter {\n  plot(at: Point): Promise<void>;\n}\n';

interface Cold {
  readonly input: string;
  readonly seconds: number;
  readonly megabytes: number;
  readonly most: number;
}

interface Watched {
  readonly input: string;
  readonly p50: number;
  readonly p95: number;
}

/** Throws with what is wrong with the command line. */
export async function generationBench(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: { quick: { type: 'boolean' }, results: { type: 'string' } },
  });
  const { quick = false } = values;
  const results =
    values.results ?? (quick ? join(root, 'build', 'bench') : join(root, 'bench', 'results'));
  const where = machine();
  console.log(`${machineLine(where)}\n`);
  const folder = mkdtempSync(join(tmpdir(), 'ringsnake-bench-'));
  try {
    const cold: Cold[] = [];
    for (const { name, path, most } of INPUTS)
      cold.push({ input: name, most, ...(await best(folder, path, quick ? 1 : COLD_RUNS)) });
    const changes = quick ? 5 : CHANGES;
    const cdp = readFileSync(join(root, 'node_modules', INPUTS[3].path), 'utf8');
    const watched = [
      {
        input: 'a small file',
        ...(await changesOf(folder, SMALL, { field: /\bx\d+: number/, changes })),
      },
      {
        input: 'Chrome DevTools Protocol',
        ...(await changesOf(folder, cdp, { field: /\bnodeId\d*: NodeId/, changes })),
      },
    ];
    const targets = judge(cold, watched);
    console.log(table(cold, watched));
    for (const { text, met } of targets) console.log(`${met ? 'met   ' : 'MISSED'}  ${text}`);
    mkdirSync(results, { recursive: true });
    const figures = { machine: where, quick, cold, watched, targets };
    writeFileSync(
      join(results, `${where.date}-generation.json`),
      `${JSON.stringify(figures, null, 2)}\n`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function start(folder: string, argv: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const out = ['--out-ts', 'out', '--out-py', 'out'];
  return spawn(process.execPath, [command, 'gen', ...argv, ...out], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** Says at its end how much memory a process had at most. */
const PEAK = `--import=data:text/javascript,${encodeURIComponent(
  "import { writeFileSync } from 'node:fs'; process.on('exit', () => writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS)));",
)}`;

async function best(
  folder: string,
  path: string,
  runs: number,
): Promise<{ seconds: number; megabytes: number }> {
  const env = { NODE_OPTIONS: PEAK, PEAK_FILE: join(folder, 'peak') };
  let [seconds, megabytes] = [Number.POSITIVE_INFINITY, 0];
  for (let run = 0; run < runs; run++) {
    rmSync(join(folder, 'out'), { recursive: true, force: true });
    const begin = performance.now();
    const child = start(folder, [join(root, 'node_modules', path)], env);
    child.stderr?.resume();
    const [code] = (await once(child, 'close')) as [number];
    if (code !== 0) throw new Error(`${path}: exit code ${code}`);
    seconds = Math.min(seconds, (performance.now() - begin) / 1000);
    megabytes = Math.max(megabytes, Number(readFileSync(env.PEAK_FILE, 'utf8')) / 1000);
  }
  return { seconds, megabytes };
}

/** Milliseconds from a change of a field's name to the generated file. */
async function changesOf(
  top: string,
  source: string,
  { field, changes }: { readonly field: RegExp; readonly changes: number },
): Promise<{ p50: number; p95: number }> {
  const folder = mkdtempSync(join(top, 'watched-'));
  const input = join(folder, 'api.ts');
  const output = join(folder, 'out', 'api.gen.ts');
  writeFileSync(join(folder, 'tsconfig.json'), '{ "compilerOptions": { "target": "es2022" } }\n');
  writeFileSync(input, source);
  const child = start(folder, ['--watch', 'api.ts']);
  const times: number[] = [];
  try {
    await said(child, /watching/);
    // Until it has had its practice.
    await after(2_000);
    for (let change = 1; change <= changes; change++) {
      const before = statSync(output).mtimeMs;
      const changed = source.replace(field, (text) => text.replace(/\d*:/, `${change}:`));
      const begin = performance.now();
      writeFileSync(input, changed);
      while (statSync(output).mtimeMs === before) await after(1);
      times.push(performance.now() - begin);
      await said(child, /\d+ ms\)/);
    }
  } finally {
    child.kill('SIGINT');
    await once(child, 'close');
  }
  const sorted = Float64Array.from(times).sort();
  return { p50: quantile(sorted, 0.5) ?? 0, p95: quantile(sorted, 0.95) ?? 0 };
}

async function said({ stderr }: ChildProcess, pattern: RegExp): Promise<void> {
  let text = '';
  while (!pattern.test(text) && stderr !== null) text += String((await once(stderr, 'data'))[0]);
}

function table(cold: readonly Cold[], watched: readonly Watched[]): string {
  const first = cold.map(({ input, seconds, megabytes }) => [
    input,
    `${seconds.toFixed(1)} s`,
    `${megabytes.toFixed(0)} MB`,
  ]);
  const second = watched.map(({ input, p50, p95 }) => [
    input,
    `${p50.toFixed(0)} ms`,
    `${p95.toFixed(0)} ms`,
  ]);
  return [
    alignedTable([['cold', 'time', 'peak memory'], ...first]),
    alignedTable([['change to file', 'p50', 'p95'], ...second]),
  ].join('\n\n');
}

function judge(
  cold: readonly Cold[],
  watched: readonly Watched[],
): { readonly text: string; readonly met: boolean }[] {
  return [
    ...cold.map(({ input, seconds, megabytes, most }) => ({
      text: `${input}: ${seconds.toFixed(1)} s <= ${most} s, ${megabytes.toFixed(0)} MB <= ${MOST_MEGABYTES} MB`,
      met: seconds <= most && megabytes <= MOST_MEGABYTES,
    })),
    ...watched.map(({ input, p50 }) => ({
      text: `${input}, changed: ${p50.toFixed(0)} ms <= ${MOST_WATCH_MS} ms`,
      met: p50 <= MOST_WATCH_MS,
    })),
  ];
}
