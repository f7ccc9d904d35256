import type { ProtocolError } from 'ringsnake';
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { until } from '../support/processes.js';
import { WorkbenchClient, workbenchDefinition } from '../support/workbench/workbench.gen.js';
import { fixtureModule, host, start, startWorkbench } from '../support/workers.js';

await auditLeaks(t);

t.test('an answer to a call that is not open is reported, and the session goes on', async (t) => {
  const reported: ProtocolError[] = [];
  const worker = await start(t, {
    module: fixtureModule('misbehaves.py'),
    onProtocolError: (error) => reported.push(error),
  });
  const workbench = worker.client(WorkbenchClient);
  await workbench.nothing();
  t.match(reported, [{ code: 'RS_UNKNOWN_CALL', message: /call 4242/ }]);
  t.equal(await workbench.add(1, 1), 2);
});

t.test('Python logs an answer to a call that is not open, and its session goes on', async (t) => {
  const worker = await start(t, { module: fixtureModule('misbehaves.py') });
  const workbench = worker.client(WorkbenchClient);
  t.match(
    await workbench.environment(''),
    /^RS_UNKNOWN_CALL: the peer answered call 777, which is not open/,
  );
  t.equal(await workbench.callHost(1), 'NOTE 0');
});

t.test('a method that the peer does not serve is answered with an error', async (t) => {
  const { worker } = await startWorkbench(t);
  const [add] = workbenchDefinition.methods;
  // The same schema with one method more: what a generator would never write.
  class Beyond extends WorkbenchClient {
    static override readonly definition = {
      ...workbenchDefinition,
      methods: [...workbenchDefinition.methods, { ...add, name: 'beyond' } as never],
    };
    readonly call: (a: number, b: number) => Promise<unknown>;
    constructor(caller: ConstructorParameters<typeof WorkbenchClient>[0]) {
      super(caller);
      this.call = (a, b) => caller.call(workbenchDefinition.methods.length, [a, b]);
    }
  }
  const client = worker.client(Beyond);
  await t.rejects(client.call(1, 2), { code: 'RS_UNKNOWN_METHOD', message: /ringsnake gen/ });
  t.equal(await client.add(1, 1), 2);
});

t.test(
  'an interface that the worker does not serve is named, with those that it does',
  async (t) => {
    const worker = await start(t, { module: fixtureModule('serves_nothing.py') });
    t.throws(() => worker.client(WorkbenchClient), {
      code: 'RS_UNKNOWN_INTERFACE',
      message: /does not serve Workbench; it serves nothing/,
    });
  },
);

t.test(
  'two versions of an interface that cannot work together do not talk, and the difference is shown',
  async (t) => {
    const { worker } = await startWorkbench(t);
    const schema = workbenchDefinition.schema.replace(
      'add(a: number, b: number): number',
      'add(a: number): number',
    );
    class Older extends WorkbenchClient {
      static override readonly definition = {
        ...workbenchDefinition,
        schema,
        hash: '0'.repeat(64),
      };
    }
    t.throws(() => worker.client(Older), {
      code: 'RS_SCHEMA_MISMATCH',
      message: /ringsnake gen/,
      difference:
        'Workbench.add(b): is required, and not given, on its way to the server\n+ b: number',
    });
  },
);

t.test(
  'a client in Python for a version that cannot work with the other one fails at import',
  async (t) => {
    const { definition } = host;
    const schema = definition.schema.replace(
      'note(text: string)',
      'note(text: string, loud: boolean)',
    );
    const serves = [{ ...host, definition: { ...definition, schema, hash: '0'.repeat(64) } }];
    await t.rejects(start(t, { module: fixtureModule('asks_too_much.py'), serves }), {
      code: 'RS_MODULE_IMPORT',
      type: 'SchemaMismatchError',
      message: /\nHost\.note\(loud\): is required, .*\n\+ loud: boolean$/m,
    });
  },
);

for (const [what, provoke] of [
  [
    'a frame kind that does not belong in a ring',
    (workbench: WorkbenchClient) => workbench.block(0),
  ],
  ['a frame shorter than its header', (workbench: WorkbenchClient) => workbench.echoText('00')],
  [
    'a frame of an unknown kind',
    (workbench: WorkbenchClient) => workbench.echoText('63'.padEnd(34, '0')),
  ],
] as const) {
  t.test(`${what} ends the session with a ProtocolError, and the worker with it`, async (t) => {
    const worker = await start(t, { module: fixtureModule('misbehaves.py') });
    const workbench = worker.client(WorkbenchClient);
    const call: Promise<unknown> = provoke(workbench);
    await t.rejects(call, { code: 'RS_PROTOCOL' });
    t.equal((await worker.exited).signal, 'SIGKILL');
    await t.rejects(workbench.add(1, 1), { code: 'RS_PROTOCOL' }, 'later calls hear the reason');
  });
}

t.test('a frame whose value is malformed rejects its call only', async (t) => {
  const worker = await start(t, { module: fixtureModule('misbehaves.py') });
  const workbench = worker.client(WorkbenchClient);
  // A result for call 1, which is this very call, with the byte that is never a value.
  await t.rejects(workbench.echoText('11000000010000000000000000000000c1'), {
    code: 'RS_DECODE',
    message: /^echoText\(\): /,
  });
  t.equal(await workbench.add(1, 1), 2);
});

t.test('a warning is given when nobody listens for breaches', async (t) => {
  const warnings: NodeJS.ErrnoException[] = [];
  const listener = (warning: NodeJS.ErrnoException): unknown => warnings.push(warning);
  process.on('warning', listener);
  t.teardown(() => process.off('warning', listener));
  const worker = await start(t, { module: fixtureModule('misbehaves.py') });
  await worker.client(WorkbenchClient).nothing();
  await until('the warning', () => warnings.some(({ code }) => code === 'RS_UNKNOWN_CALL'));
});
