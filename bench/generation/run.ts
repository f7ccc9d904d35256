/** `npm run bench -- generation`: how long the generator takes for declarations of others, cold and after a change. Method: ../README.md. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
from a change to the last file that it changes, and how long a CPU works for it.

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

/** Milliseconds. */
interface Times {
  readonly p50: number;
  readonly p95: number;
  /** Of the command's process, by the system's own count; the median. What other programs do makes `p50` larger, and this hardly. */
  readonly cpu: number;
}

interface Watched extends Times {
  readonly input: string;
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

/** From a change of a field's name to the report that all files are written. */
async function changesOf(
  top: string,
  source: string,
  { field, changes }: { readonly field: RegExp; readonly changes: number },
): Promise<Times> {
  const folder = mkdtempSync(join(top, 'watched-'));
  const input = join(folder, 'api.ts');
  writeFileSync(join(folder, 'tsconfig.json'), '{ "compilerOptions": { "target": "es2022" } }\n');
  writeFileSync(input, source);
  const child = start(folder, ['--watch', 'api.ts']);
  const stderr = new Said(child);
  const times: number[] = [];
  const cpu: number[] = [];
  try {
    await stderr.next(/watching/);
    // Until it has had its practice.
    await after(2_000);
    for (let change = 1; change <= changes; change++) {
      const changed = source.replace(field, (text) => text.replace(/\d*:/, `${change}:`));
      const worked = cpuTime(child);
      const begin = performance.now();
      writeFileSync(input, changed);
      await stderr.next(/wrote .* ms\)/);
      times.push(performance.now() - begin);
      // The compiler's and the collector's threads may have something left.
      await after(50);
      cpu.push(cpuTime(child) - worked);
    }
  } finally {
    child.kill('SIGINT');
    await once(child, 'close');
  }
  return { p50: middle(times, 0.5), p95: middle(times, 0.95), cpu: middle(cpu, 0.5) };
}

function middle(times: readonly number[], share: number): number {
  return quantile(Float64Array.from(times).sort(), share) ?? 0;
}

/** Milliseconds in which a CPU has worked for a process, in steps of ten. */
function cpuTime({ pid }: ChildProcess): number {
  // The name in parentheses may hold anything.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** What a process says, as long as nobody has asked for it. */
class Said {
  #text = '';
  #heard: () => void = () => {};

  constructor({ stderr }: ChildProcess) {
    stderr?.on('data', (data) => {
      this.#text += String(data);
      this.#heard();
    });
  }

  /** Waits for what matches, and forgets it with all that came before. */
  async next(pattern: RegExp): Promise<void> {
    for (;;) {
      const found = pattern.exec(this.#text);
      if (found !== null) {
        this.#text = this.#text.slice(found.index + found[0].length);
        return;
      }
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }
}

function table(cold: readonly Cold[], watched: readonly Watched[]): string {
  const first = cold.map(({ input, seconds, megabytes }) => [
    input,
    `${seconds.toFixed(1)} s`,
    `${megabytes.toFixed(0)} MB`,
  ]);
  const second = watched.map(({ input, p50, p95, cpu }) => [
    input,
    `${p50.toFixed(0)} ms`,
    `${p95.toFixed(0)} ms`,
    `${cpu.toFixed(0)} ms`,
  ]);
  return [
    alignedTable([['cold', 'time', 'peak memory'], ...first]),
    alignedTable([['change to files', 'p50', 'p95', 'CPU'], ...second]),
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
