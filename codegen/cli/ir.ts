/** `ringsnake ir`: what the generator understood. */
import { inspectInterfaces } from '../interfaces.js';
import type { Module } from '../model.js';
import { type Schema, schemaOf } from '../schema.js';
import { type Command, type Context, type Outcome, runCommand } from './command.js';
import { type CommandLine, FORMAT_OPTION, HELP_OPTION } from './command-line.js';
import { type CommandIo, EXIT } from './io.js';
import { READING, withProgress } from './progress.js';
import { countText, prevents } from './report.js';
import { CONFIG_OPTION, missing, requestOf } from './request.js';

const HELP = `Usage: ringsnake ir [FILE.ts...] [options]

Prints what \`ringsnake gen\` understands of each file, before it writes code: the model of its interfaces
and types, and for each interface its schema and the schema's hash, by which two sides know each other.
The same input gives the same bytes.

Without FILE: the entries of the nearest ringsnake.config.json, here or above.

Options:
  --format text|json   json (unless you say otherwise): one object on stdout,
                       \`{ exitCode, diagnostics, modules }\`, its keys sorted
                       text: the schemas only
  --strict             warnings prevent it, as errors do
  --config FILE        another configuration
  -h, --help           this text

Examples:
  ringsnake ir api.ts
  ringsnake ir api.ts --format text

Exit codes:
  0  done
  2  the input cannot be understood
  3  an error in ringsnake itself
`;

const COMMAND: Command = {
  name: 'ir',
  help: HELP,
  options: { strict: {}, ...CONFIG_OPTION, ...FORMAT_OPTION, ...HELP_OPTION },
  defaultFormat: 'json',
  run,
};

/** `argv` is what follows `ringsnake ir`. Resolves to the exit code; never rejects. */
export function ir(argv: readonly string[], io: CommandIo): Promise<number> {
  return runCommand(COMMAND, argv, io);
}

/** A module in the output: the model, with paths relative to the working directory, and its schemas by interface. */
export interface ModuleJson extends Module {
  readonly schemas: Readonly<Record<string, Schema>>;
}

async function run(line: CommandLine, context: Context): Promise<Outcome> {
  const request = requestOf(line, context.io.cwd);
  // Nothing is written, so nothing about that is missing.
  const absent = missing({ ...request, outTs: '', outPy: '' });
  const { modules, diagnostics } =
    absent.length > 0
      ? { modules: [], diagnostics: absent }
      : await withProgress(context.io.stderr, READING, () => inspectInterfaces(request));
  const all = [...request.diagnostics, ...diagnostics];
  if (prevents(all, request)) {
    return { code: EXIT.input, diagnostics: all, note: `${countText(all)}\n` };
  }
  const described = modules.map((module) => describe(module));
  const texts = described.flatMap(({ file, schemas }) =>
    Object.values(schemas).map(
      ({ text, hash }) => `# ${context.shorten(file)}\n# sha256 ${hash}\n${text}`,
    ),
  );
  return {
    code: EXIT.ok,
    diagnostics: all,
    text: texts.join('\n'),
    data: { modules: described.map((module) => canonical(module, context.shorten)) },
  };
}

function describe(module: Module): ModuleJson {
  const schemas = module.services.map((service) => [service.name, schemaOf(service, module)]);
  return { ...module, schemas: Object.fromEntries(schemas) };
}

/** Keys sorted, nothing that is undefined, and no path that would be another elsewhere. */
function canonical(value: unknown, shorten: (file: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => canonical(item, shorten));
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => [
      key,
      key === 'file' && typeof member === 'string' ? shorten(member) : canonical(member, shorten),
    ]);
  return Object.fromEntries(members.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}
