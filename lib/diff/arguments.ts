/** What `ringsnake diff` is told. */
import { parseArgs } from 'node:util';
import type { Level, Meeting } from './findings.js';
import { InputProblem } from './problem.js';

export interface DiffArguments {
  readonly old: string;
  readonly latest: string;
  readonly level: Level;
  readonly format: 'text' | 'json';
  readonly meetings: readonly Meeting[];
  /** The file of keys; undefined: none. */
  readonly ignore: string | undefined;
}

const MEETINGS: Readonly<Record<string, readonly Meeting[]>> = {
  server: ['old-client-new-server'],
  client: ['new-client-old-server'],
  any: ['old-client-new-server', 'new-client-old-server'],
};

/** Undefined: help is wanted. Throws InputProblem. */
export function readArguments(argv: readonly string[]): DiffArguments | undefined {
  const { values, positionals } = parsed(argv);
  if (values.help) return undefined;
  const [old, latest, ...more] = positionals;
  if (old === undefined || latest === undefined || more.length > 0)
    throw new InputProblem('say what to compare: ringsnake diff OLD NEW');
  const { level, format, first, ignore } = values;
  if (level !== 'wire' && level !== 'source')
    throw new InputProblem(`--level is wire or source, got \`${level}\``);
  if (format !== 'text' && format !== 'json')
    throw new InputProblem(`--format is text or json, got \`${format}\``);
  const meetings = MEETINGS[first];
  if (meetings === undefined)
    throw new InputProblem(`--first is server, client or any, got \`${first}\``);
  return { old, latest, level, format, meetings, ignore };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        level: { type: 'string', default: 'wire' },
        format: { type: 'string', default: 'text' },
        first: { type: 'string', default: 'server' },
        ignore: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new InputProblem((error as Error).message);
  }
}
