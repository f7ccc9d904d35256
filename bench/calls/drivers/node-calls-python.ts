import { join } from 'node:path';
import { peers } from '../../folder.js';
import type { Calls, Driver } from './driver.js';
import { load } from './package.js';

interface Interpreter {
  importSync(path: string, again: boolean): object;
  callSync(module: object, name: string, ...args: unknown[]): unknown;
  call(module: object, name: string, ...args: unknown[]): Promise<unknown>;
}

/** Python in this process; calls that are awaited run on libuv's threads. It cannot await a coroutine. */
export const nodeCallsPython: Driver = async ({ folder }) => {
  const { interpreter } = load<{ interpreter: Interpreter }>(folder, 'node-calls-python');
  const module = interpreter.importSync(join(peers, 'plain.py'), false);
  const call = (name: string, ...args: unknown[]) => interpreter.call(module, name, ...args);
  const calls: Calls = {
    nothingSync: () => interpreter.callSync(module, 'nothing'),
    recordSync: (person) => interpreter.callSync(module, 'echo', person) as typeof person,
    recordsSync: (people) =>
      interpreter.callSync(module, 'echo', people) as ReturnType<NonNullable<Calls['recordsSync']>>,
    weighSync: (data) => interpreter.callSync(module, 'weigh', data) as number,
    addSync: (a, b) => interpreter.callSync(module, 'add', a, b) as number,
    add: (a, b) => call('add', a, b) as Promise<number>,
    record: (person) => call('echo', person) as ReturnType<NonNullable<Calls['record']>>,
    records: (people) => call('echo', people) as ReturnType<NonNullable<Calls['records']>>,
    bytes: async (data) => new Uint8Array((await call('echo', data)) as ArrayBuffer),
    sleep: (seconds) => call('sleep', seconds) as Promise<void>,
    callBack: (times) => call('call_back', (count: number) => count + 1, times) as Promise<number>,
  };
  return { calls, close: async () => {} };
};
