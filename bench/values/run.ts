/** `npm run bench -- values`: our codec against others, in each language. Method: ../README.md. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { peers, pythonCommand, root } from '../folder.js';
import { machine, machineLine } from '../machine.js';
import { alignedTable } from '../ring/table.js';
import { drawBars } from './bars.js';
import { makePayloads } from './payloads.js';
import {
  factor,
  fourStages,
  type Kind,
  type Row,
  type Rows,
  roundTrips,
  SMALL_CALL,
  targets,
} from './targets.js';

export const VALUES_HELP = `Usage: npm run bench -- values [--quick] [--results FOLDER]

Measures how long values take to encode and decode: ours against msgpackr, cbor-x, JSON and v8 in JavaScript, and against msgspec, msgpack,
ormsgpack, orjson, json and pickle in Python. Nanoseconds, the best of many short rounds.

  --quick           a fifth of the rounds, for a first look
  --results FOLDER  where figures and drawings go (default: bench/results; with --quick: build/bench)
`;

const OURS = { javascript: 'ringsnake, known type', python: 'ringsnake, known type' };
const ROUNDS = 40;
const QUICK = 0.2;
const KINDS: readonly Kind[] = ['encode', 'decode'];

/** Throws with what is wrong with the command line. */
export function valuesBench(argv: readonly string[]): void {
  const { values } = parseArgs({
    args: [...argv],
    options: { quick: { type: 'boolean' }, results: { type: 'string' } },
  });
  const { quick = false } = values;
  const folder =
    values.results ?? (quick ? join(root, 'build', 'bench') : join(root, 'bench', 'results'));
  mkdirSync(folder, { recursive: true });
  const where = machine();
  console.log(`${machineLine(where)}\n`);
  const rows = measureBoth(Math.round(ROUNDS * (quick ? QUICK : 1)));
  for (const language of ['JavaScript', 'Python'] as const)
    for (const kind of KINDS)
      console.log(`${timesTable(rows[language], `${language}, ${kind}, ns`, kind)}\n`);
  console.log(verdictTable(rows));
  const path = join(folder, `${where.date}-values`);
  const verdicts = targets.map((target) => ({ ...target, factor: factor(rows, target) }));
  writeFileSync(
    `${path}.json`,
    `${JSON.stringify({ machine: where, quick, rows, targets: verdicts }, null, 2)}\n`,
  );
  for (const language of ['JavaScript', 'Python'] as const)
    writeFileSync(`${path}-${language.toLowerCase()}.svg`, drawBars(language, rows[language]));
}

function measureBoth(rounds: number): Rows {
  const javascript = run(
    process.execPath,
    [join(root, 'dist', 'bench', 'values', 'js-contest.js'), `${rounds}`],
    '',
  );
  const payloads = makePayloads()
    .filter(({ jsOnly }) => jsOnly !== true)
    .map(({ name, value, method = null }) => ({ name, value, method }));
  const python = run(
    pythonCommand(),
    [join(peers, 'value_contest.py'), `${rounds}`],
    JSON.stringify(payloads),
  );
  return { JavaScript: javascript, Python: python };
}

function run(command: string, argv: readonly string[], input: string): readonly Row[] {
  const env = { ...process.env, PYTHONPATH: join(root, 'python') };
  const { status, stdout, stderr } = spawnSync(command, argv, {
    encoding: 'utf8',
    input,
    env,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${command} ${argv[0]} failed: ${stderr}`);
  return JSON.parse(stdout) as Row[];
}

function timesTable(rows: readonly Row[], title: string, kind: Kind): string {
  const codecs = [...new Set(rows.flatMap((row) => Object.keys(row[kind])))];
  return alignedTable([
    [title, ...codecs],
    ...rows.map((row) => [row.payload, ...codecs.map((codec) => text(row[kind][codec]))]),
  ]);
}

function text(nanoseconds: number | undefined): string {
  return nanoseconds === undefined ? '' : Math.round(nanoseconds).toLocaleString('en');
}

function verdictTable(rows: Rows): string {
  const single = targets.map((target) => {
    const { language, payload, kind, ours, theirs, must, aim } = target;
    const how = ours === 'ringsnake, shapes' ? ', with shapes' : '';
    return judged(`${language}, ${kind}: ${payload}${how}`, {
      theirs,
      times: factor(rows, target),
      must,
      aim,
    });
  });
  const round = roundTrips.map(({ payload, theirs, must, aim }) => {
    const times = fourStages(rows, payload, theirs) / fourStages(rows, payload, OURS);
    const name = `${theirs.javascript} + ${theirs.python}`;
    return judged(`four stages: ${payload}`, { theirs: name, times, must, aim });
  });
  const small = fourStages(rows, SMALL_CALL.payload, OURS);
  const fits = small <= SMALL_CALL.mostNs;
  return alignedTable([
    ['times as fast as', '', '', 'must', 'aim', 'verdict'],
    ...single,
    ...round,
    [
      `four stages: ${SMALL_CALL.payload}`,
      'in ns',
      small.toFixed(0),
      `≤ ${SMALL_CALL.mostNs}`,
      '',
      fits ? 'met' : 'MISSED',
    ],
  ]);
}

interface Judged {
  readonly theirs: string;
  readonly times: number | undefined;
  readonly must: number;
  readonly aim: number | undefined;
}

function judged(name: string, { theirs, times = Number.NaN, must, aim }: Judged): string[] {
  const verdict = times >= (aim ?? must) ? 'aim met' : times >= must ? 'met' : 'MISSED';
  const bound = (value: number | undefined): string => (value === undefined ? '' : `≥ ${value}`);
  return [
    name,
    theirs,
    times.toFixed(2),
    bound(must),
    bound(aim),
    aim === undefined && verdict === 'aim met' ? 'met' : verdict,
  ];
}
