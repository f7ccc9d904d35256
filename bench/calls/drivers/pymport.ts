import { peers } from '../../folder.js';
import type { Calls, Driver } from './driver.js';
import { load } from './package.js';

interface PyObject {
  get(name: string): PyObject;
  call(...args: unknown[]): PyObject;
  callAsync(...args: unknown[]): Promise<PyObject>;
  toJS(): unknown;
}

interface Pymport {
  pymport(module: string): PyObject;
  PyObject: {
    bytes(buffer: Buffer): PyObject;
    memoryview(buffer: Buffer): PyObject;
    fromJS(value: unknown): PyObject;
  };
}

/** Python in this process; calls that are awaited run on libuv's threads. It cannot await a coroutine. */
export const pymport: Driver = async ({ folder }) => {
  const { pymport: importModule, PyObject } = load<Pymport>(folder, 'pymport');
  importModule('sys').get('path').get('append').call(peers);
  const module = importModule('plain');
  const add = module.get('add');
  const echo = module.get('echo');
  const sleep = module.get('sleep');
  const callBack = module.get('call_back');
  const nothing = module.get('nothing');
  const weigh = module.get('weigh');
  const calls: Calls = {
    nothingSync: () => nothing.call(),
    recordSync: (person) => echo.call(PyObject.fromJS(person)).toJS() as typeof person,
    recordsSync: (people) =>
      echo.call(people).toJS() as ReturnType<NonNullable<Calls['recordsSync']>>,
    // Its memoryview is the one form that it does not copy.
    weighSync: (data) =>
      weigh
        .call(PyObject.memoryview(Buffer.from(data.buffer, data.byteOffset, data.byteLength)))
        .toJS() as number,
    addSync: (a, b) => add.call(a, b).toJS() as number,
    add: async (a, b) => (await add.callAsync(a, b)).toJS() as number,
    // An object that comes last would be taken for keyword arguments.
    record: async (person) =>
      (await echo.callAsync(PyObject.fromJS(person))).toJS() as Awaited<
        ReturnType<NonNullable<Calls['record']>>
      >,
    records: async (people) =>
      (await echo.callAsync(people)).toJS() as Awaited<ReturnType<NonNullable<Calls['records']>>>,
    bytes: async (data) => {
      const bytes = PyObject.bytes(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
      return (await echo.callAsync(bytes)).toJS() as Uint8Array;
    },
    sleep: async (seconds) => void (await sleep.callAsync(seconds)),
    callBack: async (times) =>
      (await callBack.callAsync((count: number) => count + 1, times)).toJS() as number,
  };
  return { calls, close: async () => {} };
};
