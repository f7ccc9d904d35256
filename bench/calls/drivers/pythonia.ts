import { join } from 'node:path';
import { peers } from '../../folder.js';
import type { Calls, Driver } from './driver.js';
import { load } from './package.js';

interface Pythonia {
  python: { (path: string): Promise<Module>; exit(): void };
}

type Method = (...args: unknown[]) => Promise<unknown>;

interface Module {
  readonly add: Method;
  readonly echo: Method;
  readonly sleep: Method;
  readonly call_back: Method;
}

/** What stays in Python unless it is asked for as a value. */
interface Proxy {
  valueOf(): Promise<unknown>;
}

/** A Python process that is told of every step as JSON. It cannot await a coroutine. */
export const pythonia: Driver = async ({ folder, python: interpreter }) => {
  // Read when the package is loaded.
  process.env['PYTHON_BIN'] = interpreter;
  const { python } = load<Pythonia>(folder, 'pythonia');
  const module = await python(join(peers, 'plain.py'));
  const value = async <Value>(proxy: Promise<unknown>) =>
    (await ((await proxy) as Proxy).valueOf()) as Value;
  const calls: Calls = {
    add: (a, b) => module.add(a, b) as Promise<number>,
    record: (person) => value(module.echo(person)),
    records: (people) => value(module.echo(people)),
    // It has no bytes: text is what its users send.
    bytes: async (data) => {
      const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
      return Buffer.from((await module.echo(text)) as string, 'base64');
    },
    sleep: (seconds) => module.sleep(seconds) as Promise<void>,
    callBack: (times) =>
      module.call_back(async (count: number) => count + 1, times) as Promise<number>,
  };
  return { calls, close: async () => python.exit() };
};
