import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { HostServer } from '../support/workbench/workbench.gen.js';
import { startWorkbench } from '../support/workers.js';

await auditLeaks(t);

t.test('what Python raises arrives with type, message, traceback and cause', async (t) => {
  const { workbench } = await startWorkbench(t);
  const raised = {
    code: 'RS_REMOTE',
    type: 'ValueError',
    remoteMessage: 'no good',
    message: 'ValueError: no good',
    traceback: /workbench\.py", line \d+, in fail/,
    stack: /On the other side:[\s\S]*in fail/,
    cause: { type: 'KeyError', remoteMessage: "'missing'" },
  };
  await t.rejects(workbench.fail('no good'), raised);
  t.throws(() => workbench.sync.fail('no good'), raised);
  t.equal(await workbench.add(1, 1), 2);
});

t.test('what TypeScript throws arrives in Python with type, message and stack', async (t) => {
  const { workbench } = await startWorkbench(t);
  t.equal(await workbench.hostError(), 'RS_REMOTE RangeError not today True');
});

t.test('a handler may reject, throw what is no error, or be missing', async (t) => {
  const rejecting = new HostServer({
    note: () => Promise.reject(new TypeError('later')),
    refuse: () => {},
  });
  await t.rejects((await startWorkbench(t, { serves: [rejecting] })).workbench.callHost(1), {
    code: 'RS_REMOTE',
    type: 'RemoteError',
    remoteMessage: 'TypeError: later',
  });
  const odd = new HostServer({
    note: () => {
      throw 'a string';
    },
    refuse: () => {},
  });
  await t.rejects((await startWorkbench(t, { serves: [odd] })).workbench.callHost(1), {
    code: 'RS_REMOTE',
    remoteMessage: 'string: a string',
  });
  const missing = new HostServer({ refuse: () => {} } as never);
  await t.rejects((await startWorkbench(t, { serves: [missing] })).workbench.callHost(1), {
    code: 'RS_UNKNOWN_METHOD',
  });
});

t.test('SystemExit in a handler is an answer, not an end', async (t) => {
  const { workbench } = await startWorkbench(t);
  await t.rejects(workbench.systemExit(), {
    code: 'RS_REMOTE',
    type: 'SystemExit',
    remoteMessage: '5',
  });
  t.equal(await workbench.add(1, 1), 2);
});

t.test(
  'an error is bounded, whatever its size, and arrives even through a small ring',
  async (t) => {
    const { workbench } = await startWorkbench(t, { ringCapacity: 65536 });
    await t.rejects(workbench.failAtLength(1_000_000), {
      code: 'RS_REMOTE',
      type: 'ValueError',
      message: /^ValueError: x+…$/,
    });
    t.equal(await workbench.add(1, 1), 2);
  },
);

t.test('an error that cannot be shown is one all the same', async (t) => {
  const { workbench } = await startWorkbench(t);
  await t.rejects(workbench.failUnshowable(), {
    type: 'UnshowableError',
    message: /cannot be shown/,
  });
});
