/** Arguments of one command, by a table of its options. What is wrong with them becomes diagnostics. */
import { parseArgs } from 'node:util';
import { type Diagnostic, diagnostic } from '../diagnostics.js';
import { nearestName } from '../nearest-name.js';

/** A flag, or an option with a value. */
export interface OptionSpec {
  /** What the value is, as help shows it: `DIR`. Absent: a flag. */
  readonly value?: string;
  /** All values there are. */
  readonly choices?: readonly string[];
  /** One letter. */
  readonly short?: string;
}

export type OptionTable = Readonly<Record<string, OptionSpec>>;

export const HELP_OPTION = { help: { short: 'h' } } as const satisfies OptionTable;
export const FORMAT_OPTION = {
  format: { value: 'text|json', choices: ['text', 'json'] },
} as const satisfies OptionTable;

export interface CommandLine {
  /** What is no option. */
  readonly operands: readonly string[];
  /** Options that were given, by name without dashes; flags are ''. */
  readonly options: ReadonlyMap<string, string>;
  readonly problems: readonly Diagnostic[];
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

export function readCommandLine(
  argv: readonly string[],
  command: string,
  table: OptionTable,
): CommandLine {
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      Object.entries(table).map(([name, { value, short }]) => [
        name,
        { type: value === undefined ? 'boolean' : 'string', ...(short && { short }) },
      ]),
    ),
    // Its own words about mistakes know neither the command nor the nearest name.
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const operands: string[] = [];
  const options = new Map<string, string>();
  const problems: Diagnostic[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const problem = options.has(token.name)
      ? `${token.rawName} is given twice`
      : optionProblem(token, table);
    if (problem !== undefined) {
      problems.push(diagnostic('RSG110', [problem, advice(token, command, table)]));
    } else options.set(token.name, token.value ?? '');
  }
  return { operands, options, problems };
}

function optionProblem(token: OptionToken, table: OptionTable): string | undefined {
  const { rawName, value } = token;
  const spec = specOf(token, table);
  if (spec === undefined) return `there is no option \`${rawName}\``;
  if (spec.value === undefined) {
    return value === undefined ? undefined : `${rawName} takes no value, got \`${value}\``;
  }
  // An option after an option: the value was forgotten.
  const isMissing = !value || (token.inlineValue !== true && value.startsWith('-'));
  if (isMissing) return `${rawName} needs a value`;
  const { choices } = spec;
  if (choices === undefined || choices.includes(value)) return undefined;
  return `${rawName} is ${choices.join(' or ')}, not \`${value}\``;
}

function advice(token: OptionToken, command: string, table: OptionTable): string {
  const spec = specOf(token, table);
  if (spec?.value !== undefined) return `write \`${token.rawName} ${spec.value}\``;
  const names = Object.keys(table).map((name) => `--${name}`);
  const nearest = spec === undefined ? nearestName(token.rawName, names) : undefined;
  return nearest === undefined
    ? `see \`ringsnake ${command} --help\``
    : `did you mean \`${nearest}\`?`;
}

function specOf({ name }: OptionToken, table: OptionTable): OptionSpec | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
