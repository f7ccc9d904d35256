/** Interfaces by chance, and values of their types through both real runtimes: what comes back is what went. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Worker } from 'ringsnake';
import t, { type Test } from 'tap';
import {
  type AnyClient,
  clientOf,
  serviceOf,
  startVersion,
  type Version,
  versions,
} from '../evolution/versions.js';
import { checkPython } from './check-python.js';
import { compilerProblems } from './compiler-problems.js';
import { type RandomModule, randomModule } from './random/module.js';
import { isSameValue } from './random/same-value.js';

const isLong = process.env['RINGSNAKE_FUZZ'] === '1';
const FIRST_SEED = Number(process.env['RINGSNAKE_SEED'] ?? 1);
const MODULES = isLong ? 60 : 3;
/** Python's checkers take seconds for each. */
const CHECKED = isLong ? 10 : 1;
const TYPES = 70;
const VALUES = isLong ? 40 : 12;

const PYTHON = `
import copy
import inspect
import sys
from typing import Any

import ringsnake
from api_gen import EchoesClient, EchoesServer

MODE = sys.argv[1]
host = None if MODE == "echo" else ringsnake.client(EchoesClient)


class Echo:
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if host is None:
            return looked_at
        if MODE == "relay sync":
            return getattr(host.sync, name)
        method = getattr(host, name)

        async def relay(value: Any) -> Any:
            return await method(value)

        return relay


def looked_at(value: Any) -> Any:
    repr(value)
    value == value
    try:
        return copy.deepcopy(value)
    except TypeError:  # There are arrays in it, which are views of memory.
        return value


ringsnake.serve(EchoesServer(Echo()))
`;

t.setTimeout(isLong ? 3_600_000 : 240_000);

for (let seed = FIRST_SEED; seed < FIRST_SEED + MODULES; seed++) {
  t.test(`values of interfaces by chance come back as they went: seed ${seed}`, async (t) => {
    const module = randomModule(seed, { types: TYPES });
    const version = await generated(t, module.source);
    t.same(compilerProblems(join(version.folder, 'api.gen.ts')), [], 'tsc has nothing to say');
    if (seed < FIRST_SEED + CHECKED) t.equal(checkPython(version.folder), '');
    for (const mode of ['echo', 'relay', 'relay sync'])
      await roundTrips(t, { module, version, mode, seed });
    if (!t.passing()) t.comment(module.source);
  });
}

async function generated(t: Test, source: string): Promise<Version> {
  try {
    return (await versions(t, { api: source })).api;
  } catch (error) {
    t.comment(source);
    throw error;
  }
}

interface Trial {
  readonly module: RandomModule;
  readonly version: Version;
  readonly mode: string;
  readonly seed: number;
}

async function roundTrips(t: Test, { module, version, mode, seed }: Trial): Promise<void> {
  const echoes = Object.fromEntries(
    module.methods.map(({ name }) => [name, (value: unknown) => value]),
  );
  const serves = [serviceOf(version, 'Echoes', echoes)];
  const worker = await startVersion(t, version, { python: PYTHON, args: [mode], serves });
  const client = clientOf(worker, version, 'Echoes');
  for (const { name, type } of module.methods) {
    const property = fc.asyncProperty(type.values, async (value) => {
      await comesBack(client, name, value);
    });
    try {
      await fc.assert(property, { seed, numRuns: VALUES, endOnFailure: isLong });
      t.pass(`${name}, ${mode}`);
    } catch (error) {
      const { cause, message } = error as Error;
      t.fail(`${name}(value: ${type.text}), ${mode}, seed ${seed}: ${String(cause)}\n${message}`);
    }
  }
  await worker.close();
}

async function comesBack(client: AnyClient, name: string, value: unknown): Promise<void> {
  const awaited: unknown = await client[name](value);
  if (!isSameValue(value, awaited)) throw new Error(`came back as ${fc.stringify(awaited)}`);
  const blocking: unknown = client['sync'][name](value);
  if (!isSameValue(value, blocking))
    throw new Error(`blocking: came back as ${fc.stringify(blocking)}`);
}
