/** A client that sends whatever it is given, and a worker that tells what is said of it on either side. */
import { join } from 'node:path';
import { type SpawnOptions, spawn, ValidationError } from 'ringsnake';
import type { Caller, ValueWriter } from 'ringsnake/generated';
import { pythonCommand } from '../python.js';
import { root } from '../root.js';
import { ConstructsClient, ConstructsServer, constructsDefinition } from './constructs.gen.js';

export class UncheckedClient {
  static readonly definition = {
    ...constructsDefinition,
    methods: constructsDefinition.methods.map((method) => ({
      ...method,
      writeArguments: (writer: ValueWriter, args: readonly unknown[]) => writer.writeValue(args),
    })),
  };
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  send(name: string, value: unknown): Promise<unknown> {
    const index = constructsDefinition.methods.findIndex((method) => method.name === name);
    return this.#caller.call(index, [value]);
  }
}

/** `handled`: how many calls have reached a handler of this side. */
export async function startConstructs(
  t: { teardown(action: () => unknown): unknown },
  options: Partial<SpawnOptions> = {},
) {
  let count = 0;
  const echo = (value: unknown): unknown => {
    count++;
    return value;
  };
  const methods = Object.fromEntries(constructsDefinition.methods.map(({ name }) => [name, echo]));
  const worker = await spawn({
    module: join(root, 'spec', 'support', 'constructs', 'wrong.py'),
    python: pythonCommand(),
    serves: [new ConstructsServer(methods as never)],
    ...options,
  });
  t.teardown(() => worker.destroy());
  const client = worker.client(ConstructsClient);
  const raw = worker.client(UncheckedClient);
  return {
    client,
    raw,
    handled: () => count,
    /** What Python says of a tree as its argument; undefined: it has taken it. */
    toPython: (method: string, tree: unknown) => problemOf(() => raw.send(method, tree)),
    /** What TypeScript says of it. */
    toTypeScript: async (method: string, tree: unknown) => {
      const told = await client.whatever({ how: 'told', method, cases: [['', tree]] });
      return (told as string[])[0];
    },
  };
}

export async function problemOf(call: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    // Its results are checked where they leave.
    return /^\w+\(\)/.test(error.path) ? undefined : error.message;
  }
}
