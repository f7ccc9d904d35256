/** `ringsnake diff OLD NEW`: what has become different between two versions of an interface, and whom it breaks. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Schema } from '../schema/model.js';
import { SchemaProblem } from '../schema/problem.js';
import { type DiffArguments, readArguments } from './arguments.js';
import { type DiffFinding, merged, wireFindings } from './findings.js';
import { openInput, pathOf } from './inputs.js';
import { InputProblem } from './problem.js';
import { formatFindings } from './report.js';
import { type Described, describe } from './schema-files.js';
import { pythonNameFindings, sourceFindings } from './source-findings.js';

const HELP = `Usage: ringsnake diff OLD NEW [--level wire|source] [--first server|client|any]
                          [--format text|json] [--ignore FILE]

Says what has changed from OLD to NEW that cannot work together, and whom it breaks.

OLD and NEW:
  src/api.ts             interfaces (.ts, .d.ts)
  gen/api.gen.ts         what was generated (.gen.ts, _gen/, or compiled), or a file with one schema text
  git:REV[:PATH]         a file in a revision; without PATH, the other one's
  npm:NAME[/PATH]        a file in an installed package; without PATH, its types

Options:
  --level LEVEL   wire: what is running cannot talk any more (default);
                  source: what is written does not compile or run any more, too
  --first SIDE    which side is brought up to date first: the server, which old clients call then (default),
                  the client, or any
  --format FORMAT text (default) or json
  --ignore FILE   lines of KEY or KEY PATH that are no news, such as \`removed-field Store.find()[].note\`
  -h, --help      this text

Examples:
  ringsnake diff git:main src/api.ts
  ringsnake diff npm:acme-api src/api.ts --level source --format json

Exit codes:
  0  nothing breaks
  1  something does
  2  the input cannot be read
  3  an error in ringsnake itself
`;

/** Where text goes and what relative paths mean. */
export interface DiffIo {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** Absolute. */
  readonly cwd: string;
}

/** `argv` is what follows \`ringsnake diff\`. Resolves to the exit code; never rejects. */
export async function diff(argv: readonly string[], io: DiffIo): Promise<number> {
  try {
    const args = readArguments(argv);
    if (args === undefined) {
      io.stdout.write(HELP);
      return 0;
    }
    return await run(args, io);
  } catch (error) {
    if (error instanceof InputProblem || error instanceof SchemaProblem) {
      io.stderr.write(`ringsnake diff: ${error.message}\n`);
      return 2;
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.stderr.write(`ringsnake diff: an error in ringsnake itself; please report it:\n${text}\n`);
    return 3;
  }
}

async function run(args: DiffArguments, { stdout, cwd }: DiffIo): Promise<number> {
  const { ignore, meetings, level } = args;
  const isIgnored = ignored(ignore === undefined ? undefined : resolve(cwd, ignore), ignore ?? '');
  const old = await described(args.old, { cwd, other: pathOf(args.latest) });
  const latest = await described(args.latest, { cwd, other: pathOf(args.old) });
  const wanted = findings(old, latest).filter(
    (each) =>
      each.breaks.some((meeting) => meetings.includes(meeting)) ||
      (level === 'source' && each.level === 'source'),
  );
  const left = withoutRepetition(wanted).filter((each) => !isIgnored(each));
  stdout.write(formatFindings(left, args.format));
  return left.length > 0 ? 1 : 0;
}

async function described(
  text: string,
  place: { readonly cwd: string; readonly other: string | undefined },
): Promise<Described> {
  const input = openInput(text, place);
  try {
    return await describe(input.path, input.shown);
  } finally {
    input.dispose();
  }
}

function findings(old: Described, latest: Described): DiffFinding[] {
  const found: DiffFinding[] = [];
  const [before, after] = [roots(old.schemas), roots(latest.schemas)];
  for (const [name, schema] of before) {
    const other = after.get(name) ?? latest.schemas.get(name);
    if (other === undefined) found.push(lacking(name, 'removed'));
    else found.push(...wireFindings(schema, other), ...sourceFindings(schema, other));
  }
  for (const name of after.keys()) if (!old.schemas.has(name)) found.push(lacking(name, 'added'));
  if (old.pythonNames !== undefined && latest.pythonNames !== undefined)
    found.push(...pythonNameFindings(old.pythonNames, latest.pythonNames));
  return merged(found);
}

function lacking(name: string, what: 'added' | 'removed'): DiffFinding {
  const text = `interface ${name}`;
  const isRemoved = what === 'removed';
  return {
    key: `${what}-interface`,
    level: 'wire',
    path: name,
    old: isRemoved ? text : undefined,
    new: isRemoved ? undefined : text,
    reason: 'is not served',
    breaks: [isRemoved ? 'old-client-new-server' : 'new-client-old-server'],
  };
}

/** Interfaces that no other one reaches: those that are, are compared where they stand, with who calls whom there. */
function roots(schemas: ReadonlyMap<string, Schema>): ReadonlyMap<string, Schema> {
  const reached = new Set<string>();
  for (const [name, { definitions }] of schemas)
    for (const other of definitions.keys()) if (other !== name) reached.add(other);
  const found = [...schemas].filter(([name]) => !reached.has(name));
  return found.length === 0 ? schemas : new Map(found);
}

/** What breaks on the wire need not be said of the source, too. */
function withoutRepetition(found: readonly DiffFinding[]): DiffFinding[] {
  const texts = (each: DiffFinding): string => JSON.stringify([each.old, each.new]);
  const known = new Set(found.filter(({ level }) => level === 'wire').map(texts));
  return found.filter((each) => each.level === 'wire' || !known.has(texts(each)));
}

function ignored(path: string | undefined, shown: string): (found: DiffFinding) => boolean {
  if (path === undefined) return () => false;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new InputProblem(`${shown}: no such file`);
  }
  const lines = new Set(
    text
      .split('\n')
      .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
      .filter((line) => line !== ''),
  );
  return ({ key, path }) => lines.has(key) || lines.has(`${key} ${path}`);
}
