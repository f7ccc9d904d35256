/** `ringsnake init`: a configuration and an interface to begin with. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { CONFIG_NAME, type Config, SCHEMA_NAME } from '../config/settings.js';
import { diagnostic } from '../diagnostics.js';
import { type Command, type Context, type Outcome, runCommand } from './command.js';
import { type CommandLine, FORMAT_OPTION, HELP_OPTION } from './command-line.js';
import { type CommandIo, EXIT } from './io.js';

const HELP = `Usage: ringsnake init [DIR] [options]

Writes ringsnake.config.json and a sample interface, greeter.ts, into DIR (else into the working directory),
and says what to do next. What is there already stays as it is.

Options:
  --format text|json   json: one object on stdout, \`{ exitCode, diagnostics, files }\`
  -h, --help           this text

Examples:
  ringsnake init
  ringsnake init services/greeter

Exit codes:
  0  done, or nothing to do
  2  a file cannot be written
`;

const COMMAND: Command = {
  name: 'init',
  help: HELP,
  options: { ...FORMAT_OPTION, ...HELP_OPTION },
  run,
};

const SAMPLE_NAME = 'greeter.ts';

const SAMPLE = `/** Greets people. Either language can implement it, and the other call it. */
export interface Greeter {
  /**
   * Makes one greeting for all of them.
   *
   * @param names Whom to greet.
   */
  greet(names: string[]): Promise<string>;
}
`;

/** `argv` is what follows `ringsnake init`. Resolves to the exit code; never rejects. */
export function init(argv: readonly string[], io: CommandIo): Promise<number> {
  return runCommand(COMMAND, argv, io);
}

/** A file, in the output of `--format json`. */
export interface InitialFileJson {
  readonly path: string;
  readonly state: 'written' | 'kept';
}

async function run({ operands }: CommandLine, context: Context): Promise<Outcome> {
  const [folder = '.', ...more] = operands;
  if (more.length > 0) {
    const details = ['more than one directory is given', 'name one: `ringsnake init DIR`'];
    return { code: EXIT.input, diagnostics: [diagnostic('RSG110', details)] };
  }
  const target = resolve(context.io.cwd, folder);
  const config = join(target, CONFIG_NAME);
  const isNew = !existsSync(config);
  const files = isNew
    ? [write(join(target, SAMPLE_NAME), SAMPLE), write(config, configText(target))]
    : [{ path: config, state: 'kept' as const }];
  const shown = files.map(({ path, state }) => ({ path: context.shorten(path), state }));
  const lines = shown.map(({ path, state }) => `${state === 'kept' ? 'kept' : 'wrote'} ${path}\n`);
  const text = `${lines.join('')}${nextSteps(relative(context.io.cwd, target), { isNew })}`;
  return { code: EXIT.ok, diagnostics: [], text, data: { files: shown } };
}

function write(path: string, text: string): InitialFileJson {
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(path, text, { flag: 'wx' });
    return { path, state: 'written' };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return { path, state: 'kept' };
  }
}

function configText(folder: string): string {
  const config: Config = {
    $schema: schemaPath(folder),
    entries: [SAMPLE_NAME],
    outTs: '.',
    outPy: '.',
  };
  return `${JSON.stringify(config, undefined, 2).replace('[\n    "', '["').replace('"\n  ]', '"]')}\n`;
}

/** From a folder to the schema in the package that its programs would import. */
function schemaPath(folder: string): string {
  const path = `node_modules/ringsnake/${SCHEMA_NAME}`;
  for (let above = folder; ; above = dirname(above)) {
    const candidate = join(above, path);
    if (existsSync(candidate)) return dotted(relative(folder, candidate));
    if (dirname(above) === above) return `./${path}`;
  }
}

function dotted(path: string): string {
  return path.startsWith('.') ? path : `./${path}`;
}

function nextSteps(folder: string, { isNew }: { readonly isNew: boolean }): string {
  const enter = folder === '' ? [] : [`  cd ${folder}`];
  const steps = isNew
    ? [
        ...enter,
        '  npx ringsnake gen            writes greeter.gen.ts and greeter_gen/',
        '',
        'Then implement Greeter in one language and call it from the other: the README shows both.',
        '`npx ringsnake gen --watch` generates again while you write.',
      ]
    : [...enter, '  npx ringsnake gen            writes what the configuration says'];
  return `\nNext:\n${steps.join('\n')}\n`;
}
