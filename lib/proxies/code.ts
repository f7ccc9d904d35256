/** Modules and code of JavaScript's that the guest asks for. Twin: python/ringsnake/_proxies/code.py. */
import Module, { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

/** What runs as if it stood in the host program's own file: what it imports is found from there. */
interface Program {
  readonly import: (name: string) => Promise<unknown>;
  readonly evaluate: (code: string) => unknown;
  readonly make: (names: readonly string[], body: string) => (...values: unknown[]) => unknown;
}

/** The loader of CommonJS: of all ways to compile code this is the only one in which `import()` needs no flag of Node's. */
interface CompilingModule extends Module {
  _compile(code: string, filename: string): void;
}

const SOURCE = `exports.import = (name) => import(name);
exports.evaluate = (code) => (0, eval)(code);
exports.make = (names, body) => new Function(...names, body);`;

let program: Program | undefined;
let count = 0;

/** As `require` in the host program's own file; without one, as in the current folder. */
export function loaded(name: string): unknown {
  return createRequire(programPath())(name);
}

/** As `import()` there. */
export function imported(name: string): Promise<unknown> {
  return programCode().import(name);
}

/**
 * What a script gives, in the global scope, where its `var` and functions stay. With names, what an expression of those gives. An expression that awaits
 * gives a promise.
 */
export function evaluated(code: string, names: unknown): unknown {
  const known = Object.entries((names ?? {}) as Readonly<Record<string, unknown>>);
  count++;
  const source = `\n//# sourceURL=js.eval-${count}`;
  const variables = known.map(([name]) => name);
  const values = known.map(([, value]) => value);
  try {
    if (known.length === 0) return programCode().evaluate(code + source);
    return programCode().make(variables, `return (${code}\n)${source}`)(...values);
  } catch (error) {
    const awaiting =
      error instanceof SyntaxError ? awaitingForm(code, source, variables) : undefined;
    if (awaiting === undefined) throw error;
    return awaiting(...values);
  }
}

/** A script cannot await, an asynchronous function can. Undefined: that is not what is wrong with it. */
function awaitingForm(
  code: string,
  source: string,
  variables: readonly string[],
): ((...values: unknown[]) => unknown) | undefined {
  if (!/\bawait\b/.test(code)) return undefined;
  try {
    return programCode().make(variables, `return (async () => (${code}\n))()${source}`);
  } catch {
    return undefined;
  }
}

function programCode(): Program {
  if (program !== undefined) return program;
  const path = programPath();
  const module = new Module(path) as CompilingModule;
  module.filename = path;
  module._compile(SOURCE, path);
  program = module.exports as Program;
  return program;
}

function programPath(): string {
  const [, path] = process.argv;
  return path === undefined ? join(process.cwd(), '_') : resolve(path);
}
