/** `ringsnake explain CODE`: what a diagnostic means, at length. */
import { DIAGNOSTIC_CODES, type DiagnosticCode, diagnostic, summaryOf } from '../diagnostics.js';
import { type Explanation, explanationOf } from '../explanations.js';
import { nearestName } from '../nearest-name.js';
import type { Paint } from './colors.js';
import { type Command, type Context, type Outcome, runCommand } from './command.js';
import { type CommandLine, FORMAT_OPTION, HELP_OPTION } from './command-line.js';
import { type CommandIo, EXIT } from './io.js';

const HELP = `Usage: ringsnake explain [CODE...] [options]

Says what is wrong where \`ringsnake gen\` shows CODE, with an example and what to write instead.
Without CODE: one line for each code there is.

Options:
  --format text|json   json: one object on stdout, \`{ exitCode, diagnostics, explanations }\`
  -h, --help           this text

Examples:
  ringsnake explain RSG124
  ringsnake explain 124
  ringsnake explain

Exit codes:
  0  done
  2  there is no such code
`;

const COMMAND: Command = {
  name: 'explain',
  help: HELP,
  options: { ...FORMAT_OPTION, ...HELP_OPTION },
  run,
};

/** `argv` is what follows `ringsnake explain`. Resolves to the exit code; never rejects. */
export function explain(argv: readonly string[], io: CommandIo): Promise<number> {
  return runCommand(COMMAND, argv, io);
}

/** An explanation in the output of `--format json`. */
export interface ExplanationJson extends Partial<Explanation> {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly hint: string;
}

async function run({ operands }: CommandLine, { paint }: Context): Promise<Outcome> {
  const wanted = operands.map((operand) => ({ operand, code: codeOf(operand) }));
  const unknown = wanted.filter(({ code }) => code === undefined);
  if (unknown.length > 0) {
    return {
      code: EXIT.input,
      diagnostics: unknown.map(({ operand }) => noSuchCode(operand)),
    };
  }
  const codes = wanted.flatMap(({ code }) => code ?? []);
  const listed = codes.length === 0 ? DIAGNOSTIC_CODES : codes;
  const explanations = listed.map(
    (code): ExplanationJson => ({ code, ...summaryOf(code), ...explanationOf(code) }),
  );
  const text =
    codes.length === 0
      ? explanations.map(({ code, message }) => `${paint('bold', code)}  ${message}\n`).join('')
      : explanations.map((explanation) => page(explanation, paint)).join('\n');
  return { code: EXIT.ok, diagnostics: [], text, data: { explanations } };
}

/** `rsg124` and `124` will do. */
function codeOf(operand: string): DiagnosticCode | undefined {
  const upper = operand.toUpperCase();
  const name = /^\d+$/.test(upper) ? `RSG${upper}` : upper;
  return DIAGNOSTIC_CODES.find((code) => code === name);
}

function noSuchCode(operand: string) {
  const nearest = nearestName(operand.toUpperCase(), DIAGNOSTIC_CODES);
  const advice =
    nearest === undefined
      ? '`ringsnake explain` lists them all'
      : `did you mean \`${nearest}\`? \`ringsnake explain\` lists them all`;
  return diagnostic('RSG110', [`there is no code \`${operand}\``, advice]);
}

function page({ code, message, hint, text, wrong, right }: ExplanationJson, paint: Paint): string {
  const lines = [`${paint('bold', `${code}: ${message}`)}`, '', ...(text ?? hint).split('\n')];
  if (wrong !== undefined) lines.push('', paint('red', 'Wrong:'), ...indented(wrong));
  if (right !== undefined) lines.push('', paint('green', 'Right:'), ...indented(right));
  return `${lines.join('\n')}\n`;
}

function indented(example: string): string[] {
  return example.split('\n').map((line) => (line === '' ? '' : `  ${line}`));
}
