/** What `ringsnake repl` is told. */
import { parseArgs } from 'node:util';

export interface ReplArguments {
  readonly embed: boolean;
  readonly python: string | undefined;
  readonly module: string | undefined;
}

/** Undefined: help is wanted. Throws what is wrong. */
export function readArguments(argv: readonly string[]): ReplArguments | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      embed: { type: 'boolean', default: false },
      python: { type: 'string' },
      module: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { embed, python, module, help } = values;
  return help ? undefined : { embed, python, module };
}
