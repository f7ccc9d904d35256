/** What `ringsnake stubs` is told. */
import { parseArgs } from 'node:util';
import { StubsProblem } from './problem.js';

export interface StubsArguments {
  readonly modules: readonly string[];
  readonly out: string;
  readonly python: string | undefined;
  readonly typeshed: string | undefined;
  readonly recursive: boolean;
  readonly check: boolean;
}

const DEFAULT_OUT = 'types/python';
/** Undotted words would be files, and a path is none of Python's names. */
const MODULE = /^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)*$/u;

/** Undefined: help is wanted. Throws StubsProblem. */
export function readArguments(argv: readonly string[]): StubsArguments | undefined {
  const { values, positionals: modules } = parsed(argv);
  if (values.help) return undefined;
  if (modules.length === 0)
    throw new StubsProblem(
      'say which modules: ringsnake stubs MODULE..., as in ringsnake stubs numpy',
    );
  for (const module of modules)
    if (!MODULE.test(module))
      throw new StubsProblem(
        `${module} is not the name of a module: name it as Python imports it, such as numpy.linalg`,
      );
  const { out = DEFAULT_OUT, python, typeshed, recursive, check } = values;
  return { modules: [...new Set(modules)], out, python, typeshed, recursive, check };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        out: { type: 'string' },
        python: { type: 'string' },
        typeshed: { type: 'string' },
        recursive: { type: 'boolean', default: false },
        check: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new StubsProblem((error as Error).message);
  }
}
