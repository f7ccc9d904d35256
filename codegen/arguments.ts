/** The arguments of `ringsnake gen`. */

export interface GenArguments {
  readonly inputs: readonly string[];
  readonly outTs: string | undefined;
  readonly outPy: string | undefined;
  readonly check: boolean;
  readonly help: boolean;
}

export type Parsed = { readonly arguments: GenArguments } | { readonly problem: string };

const WITH_VALUE = ['--out-ts', '--out-py'] as const;
const FLAGS = ['--check', '--help'] as const;

export function parseArguments(argv: readonly string[]): Parsed {
  const inputs: string[] = [];
  const values = new Map<string, string>();
  const flags = new Set<string>();
  let onlyInputs = false;
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    if (onlyInputs || !argument.startsWith('-') || argument === '-') {
      inputs.push(argument);
      continue;
    }
    const [name, inline] = splitOption(argument);
    if (name === '--') onlyInputs = true;
    else if (includes(FLAGS, name) && inline === undefined) flags.add(name);
    else if (includes(WITH_VALUE, name)) {
      const value = inline ?? directory(argv[++index]);
      if (!value) return { problem: `${name} needs a directory: ${name} DIR` };
      if (values.has(name)) return { problem: `${name} is given twice` };
      values.set(name, value);
    } else return { problem: unknownOption(name, inline) };
  }
  return {
    arguments: {
      inputs,
      outTs: values.get('--out-ts'),
      outPy: values.get('--out-py'),
      check: flags.has('--check'),
      help: flags.has('--help'),
    },
  };
}

function splitOption(argument: string): [string, string | undefined] {
  if (argument === '-h') return ['--help', undefined];
  const equals = argument.indexOf('=');
  if (equals < 0) return [argument, undefined];
  return [argument.slice(0, equals), argument.slice(equals + 1)];
}

function unknownOption(name: string, inline: string | undefined): string {
  if (includes(FLAGS, name)) return `${name} takes no value, got \`${inline}\``;
  const nearest = nearestName(name, [...WITH_VALUE, ...FLAGS]);
  const advice =
    nearest === undefined ? 'see `ringsnake gen --help`' : `did you mean \`${nearest}\`?`;
  return `there is no option \`${name}\`: ${advice}`;
}

function includes(names: readonly string[], name: string): boolean {
  return names.includes(name);
}

/** The known name at the smallest edit distance, if that is less than half of it. */
function nearestName(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best !== undefined && best.distance * 2 <= best.candidate.length
    ? best.candidate
    : undefined;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** What follows an option, unless it is an option too. */
function directory(argument: string | undefined): string | undefined {
  return argument?.startsWith('--') ? undefined : argument;
}
