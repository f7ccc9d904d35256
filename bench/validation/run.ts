/** `npm run bench -- validation`: values of declared types, read and checked, against what checks JSON. Method: ../README.md. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { peers, pythonCommand, root } from '../folder.js';
import { machine, machineLine } from '../machine.js';
import { alignedTable } from '../ring/table.js';
import { factor, type Question, type Row, type Rows, type Target, targets } from './targets.js';

export const VALIDATION_HELP = `Usage: npm run bench -- validation [--quick] [--results FOLDER]

Measures how long a nested record, and a thousand of them, take from bytes to checked values: ours against zod and ajv after JSON.parse in
JavaScript, and against pydantic and msgspec in Python. Nanoseconds, the best of many short rounds.

  --quick           a fifth of the rounds, for a first look
  --results FOLDER  where figures go (default: bench/results; with --quick: build/bench)
`;

const ROUNDS = 40;
const QUICK = 0.2;
const QUESTIONS: readonly Question[] = ['from bytes', 'already parsed'];

/** Throws with what is wrong with the command line. */
export function validationBench(argv: readonly string[]): void {
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
  for (const language of ['Python', 'JavaScript'] as const)
    for (const question of QUESTIONS)
      console.log(`${timesTable(rows[language], `${language}, ${question}, ns`, question)}\n`);
  console.log(verdictTable(rows));
  const verdicts = targets.map((target) => ({ ...target, factor: factor(rows, target) }));
  writeFileSync(
    join(folder, `${where.date}-validation.json`),
    `${JSON.stringify({ machine: where, quick, rows, targets: verdicts }, null, 2)}\n`,
  );
}

/** Python reads what JavaScript has written. */
function measureBoth(rounds: number): Rows {
  const contest = join(root, 'dist', 'bench', 'validation', 'js-contest.js');
  const javascript = run(process.execPath, [contest, `${rounds}`], '');
  const python = run(
    pythonCommand(),
    [join(peers, 'validation_contest.py'), `${rounds}`],
    javascript,
  );
  const rows = (text: string): Row[] =>
    (JSON.parse(text) as Row[]).map((row) => ({
      payload: row.payload,
      'from bytes': row['from bytes'],
      'already parsed': row['already parsed'],
    }));
  return { JavaScript: rows(javascript), Python: rows(python) };
}

function run(command: string, argv: readonly string[], input: string): string {
  const env = { ...process.env, PYTHONPATH: join(root, 'python') };
  const { status, stdout, stderr } = spawnSync(command, argv, {
    encoding: 'utf8',
    input,
    env,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${command} ${argv[0]} failed: ${stderr}`);
  return stdout;
}

function timesTable(rows: readonly Row[], title: string, question: Question): string {
  const who = [...new Set(rows.flatMap((row) => Object.keys(row[question])))];
  return alignedTable([
    [title, ...rows.map(({ payload }) => payload)],
    ...who.map((name) => [name, ...rows.map((row) => text(row[question][name]))]),
  ]);
}

function text(nanoseconds: number | undefined): string {
  return nanoseconds === undefined ? '' : Math.round(nanoseconds).toLocaleString('en');
}

function verdictTable(rows: Rows): string {
  return alignedTable([
    ['times as fast as', '', '', 'must', 'verdict'],
    ...targets.map((target) => verdict(target, factor(rows, target))),
  ]);
}

function verdict(target: Target, times: number): string[] {
  const { language, question, payload, ours, theirs, must } = target;
  const name = `${language}, ${question}: ${payload}${ours === 'ringsnake' ? '' : `, ${ours}`}`;
  if (must === undefined) return [name, theirs, times.toFixed(2), '', ''];
  return [name, theirs, times.toFixed(2), `≥ ${must}`, times >= must ? 'met' : 'MISSED'];
}
