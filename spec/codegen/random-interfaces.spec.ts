/** Interfaces by chance, and values of their types through both real runtimes: what comes back is what went. */
import { join } from 'node:path';
import fc from 'fast-check';
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
import type { RandomField } from './random/records.js';
import { isSameValue } from './random/same-value.js';

const isLong = process.env['RINGSNAKE_FUZZ'] === '1';
const FIRST_SEED = Number(process.env['RINGSNAKE_SEED'] ?? 1);
const MODULES = isLong ? 60 : 3;
/** Python's checkers take seconds for each. */
const CHECKED = isLong ? 10 : 1;
const TYPES = 70;
const OBJECTS = 3;
const VALUES = isLong ? 40 : 12;

const PYTHON = `
import copy
import sys
from dataclasses import fields
from typing import Any

import api_gen
import ringsnake
from api_gen import EchoesClient, EchoesServer

MODE = sys.argv[1]
host = None if MODE == "echo" else ringsnake.client(EchoesClient)


class Made:
    def __init__(self, data: Any) -> None:
        self.__dict__ |= {field.name: getattr(data, field.name) for field in fields(data)}

    def ping(self, x: int) -> int:
        return x + 1

    def say(self, word: str) -> str:
        return word


def told(kind: type) -> Any:
    return lambda given: kind(**{field.name: getattr(given, field.name) for field in fields(kind)})


class Echo:
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if host is None and name.startswith("make"):
            return Made
        if host is None and name.startswith("tell"):
            return told(getattr(api_gen, name.replace("tell", "Data")))
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

t.setTimeout(isLong ? 3_600_000 : 480_000);

for (let seed = FIRST_SEED; seed < FIRST_SEED + MODULES; seed++) {
  t.test(`values of interfaces by chance come back as they went: seed ${seed}`, async (t) => {
    const module = randomModule(seed, { types: TYPES, objects: OBJECTS });
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
  const echoes: Record<string, (value: unknown) => unknown> = {};
  for (const { name } of module.methods) echoes[name] = (value) => value;
  for (const [index, { fields }] of module.objects.entries()) {
    echoes[`make${index}`] = (data) => madeOf(data as object);
    echoes[`tell${index}`] = (given) => dataOf(given, fields);
  }
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
  for (const [index, { data, fields }] of module.objects.entries()) {
    const property = fc.asyncProperty(data.values, async (value) => {
      await isTold(client, { index, fields, value: value as object });
    });
    try {
      await fc.assert(property, { seed, numRuns: VALUES, endOnFailure: isLong });
      t.pass(`Object${index}, ${mode}`);
    } catch (error) {
      const { cause, message } = error as Error;
      t.fail(`Object${index}, ${mode}, seed ${seed}: ${String(cause)}\n${message}`);
    }
  }
  await worker.close();
}

/** An object that says this of itself. */
function madeOf(data: object): object {
  return { ...data, ping: (x: number) => x + 1, say: (word: string) => word };
}

/** What an object says of itself; what is absent is not there. */
function dataOf(object: unknown, fields: readonly RandomField[]): Record<string, unknown> {
  const values = object as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    fields.flatMap(({ name, optional }) => {
      const value = values[name];
      return optional && value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Of an object that the peer has made, and of one of ours that the peer looks at. */
async function isTold(
  client: AnyClient,
  { index, fields, value }: { index: number; fields: readonly RandomField[]; value: object },
): Promise<void> {
  const object = await client[`make${index}`](value);
  const said = dataOf(object, fields);
  if (!isSameValue(value, said)) throw new Error(`says ${fc.stringify(said)}`);
  if ((await object.ping(1)) !== 2) throw new Error('does not answer');
  const told: unknown = await client[`tell${index}`](madeOf(value));
  if (!isSameValue(value, told)) throw new Error(`was told as ${fc.stringify(told)}`);
  const back: unknown = await client[`tell${index}`](object);
  if (!isSameValue(value, back)) throw new Error(`came home as ${fc.stringify(back)}`);
}

async function comesBack(client: AnyClient, name: string, value: unknown): Promise<void> {
  const awaited: unknown = await client[name](value);
  if (!isSameValue(value, awaited)) throw new Error(`came back as ${fc.stringify(awaited)}`);
  const blocking: unknown = client['sync'][name](value);
  if (!isSameValue(value, blocking))
    throw new Error(`blocking: came back as ${fc.stringify(blocking)}`);
}
