import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RemoteError } from 'ringsnake';
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { root } from '../support/root.js';
import { startBank } from '../support/vault/start.js';

await auditLeaks(t);

/** The RemoteError that a promise is rejected with. */
async function remoteError(call: Promise<unknown>): Promise<RemoteError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof RemoteError) return error;
  throw new Error('that is no RemoteError', { cause: error });
}

t.test('groups cross with their members, those of groups inside them too', async (t) => {
  const { bank } = await startBank(t);
  const group = await remoteError(bank.fail('group'));
  t.match(group, { type: 'ExceptionGroup', remoteMessage: 'several' });
  t.match(group.errors, [
    { type: 'ValueError', remoteMessage: 'one' },
    { type: 'ExceptionGroup', errors: [{ name: 'InsufficientFunds', missing: 1 }] },
  ]);
  t.match(await bank.catchFrom('group'), /^AggregateError 'several' .*\[Unheard 'one' .*inner.*\]/);
  t.match(await bank.catchFrom('empty group'), /^AggregateError 'of nothing' [^[]*\[[^[]*\]$/);
});

t.test('a large group and a long chain are bounded, and the group says so', async (t) => {
  const { bank } = await startBank(t);
  const crowd = await remoteError(bank.fail('crowd'));
  t.equal(crowd.errors?.length, 63);
  t.same(crowd.notes, ['37 more errors of this group were not sent']);
  let depth = 0;
  let error: unknown = await remoteError(bank.fail('deep'));
  for (; error instanceof RemoteError; error = error.cause) depth++;
  t.equal(depth, 9, 'eight causes');
});

t.test('notes cross both ways', async (t) => {
  const { bank } = await startBank(t);
  const error = await remoteError(bank.fail('noted'));
  t.same(error.notes, ['first \udc00', 'second']);
  t.equal(
    await bank.catchFrom('noted'),
    "Error 'look' None ['On the other side:', 'first \\ud800', 'second']",
  );
});

t.test('the code that user code knows crosses both ways', async (t) => {
  const { bank } = await startBank(t);
  const error = await remoteError(bank.fail('file'));
  t.match(error, { type: 'FileNotFoundError', remoteCode: 'ENOENT', code: 'RS_REMOTE' });
  t.match(await bank.catchFrom('file'), /^Error 'no such file' ENOENT /);
});

t.test('no half of a character is lost', async (t) => {
  const { bank } = await startBank(t);
  t.equal((await remoteError(bank.fail('surrogate'))).remoteMessage, 'half \ud83d here');
  t.match(await bank.catchFrom('surrogate'), /^Error 'half \\udc00 here'/);
});

t.test('a class without a name of its own arrives with that of the class', async (t) => {
  const { bank } = await startBank(t);
  t.match(await bank.catchFrom('unheard'), /^Unheard 'of' .* from TypeError 'inside'/);
});

t.test('an error that throws when it is looked at is one all the same', async (t) => {
  const { bank } = await startBank(t);
  t.equal(
    await bank.catchFrom('throws when looked at'),
    "Error '(this error cannot be shown)' None []",
  );
});

t.test('the error shows who awaited the call, then the other side', async (t) => {
  const { bank } = await startBank(t);
  async function innerCaller(): Promise<void> {
    await bank.fail('file');
  }
  async function outerCaller(): Promise<void> {
    await innerCaller();
  }
  const { stack = '' } = await remoteError(outerCaller());
  const [local = '', remote = ''] = stack.split('\n\nOn the other side:\n');
  t.match(
    local,
    /^RemoteError: FileNotFoundError: .*\n +at async innerCaller .*\n +at async outer/,
  );
  t.match(remote, /^Traceback \(most recent call last\):\n.*vault\.py", line \d+, in fail\n/);
  t.match(remote, /\nFileNotFoundError: \[Errno 2\] .*\n$/);
});

t.test('a blocking call shows its caller', async (t) => {
  const { bank } = await startBank(t);
  function blockingCaller(): void {
    bank.sync.failUndeclared('poor');
  }
  const error = await remoteError((async () => blockingCaller())());
  t.match(error.stack, /^.*\n +at BankSyncClient\.failUndeclared .*\n +at blockingCaller /);
});

t.test('source maps bring no frames of ringsnake’s own sources', async (t) => {
  const program = `
    import { startBank } from '${join(root, 'dist', 'spec', 'support', 'vault', 'start.js')}';
    const actions = [];
    const { bank } = await startBank({ teardown: (action) => actions.push(action) });
    try {
      bank.sync.failUndeclared('poor');
    } catch (error) {
      console.log(error.stack.split('On the other side')[0]);
    }
    for (const action of actions) await action();`;
  const argv = ['--enable-source-maps', '--input-type=module', '-e', program];
  const { stdout } = await promisify(execFile)(process.execPath, argv, { cwd: root });
  t.match(stdout, /^.*\n +at BankSyncClient\.failUndeclared .*vault\.gen\.ts:/, 'they are on');
  t.notMatch(stdout, /[\\/]lib[\\/]/);
});

t.test("frames of ringsnake's own files do not cross, unless RINGSNAKE_DEBUG is set", async (t) => {
  const { bank } = await startBank(t);
  const own = /[\\/]ringsnake[\\/]_|dist\/lib\//;
  const quiet = await remoteError(bank.failUndeclared('poor'));
  t.notMatch(quiet.stack, own);
  // A handler of ours in between: the stack of TypeScript's as Python got it.
  const passed = await remoteError(bank.pass('file'));
  t.match(passed.stack, /failAtTheTill/);
  t.notMatch(passed.stack, own);
  const debugged = await startBank(t, { env: { RINGSNAKE_DEBUG: '1' } });
  const loud = await remoteError(debugged.bank.pass('file'));
  t.match(loud.traceback, /_session[\\/]session\.py/);
});

t.test('exposeErrors hides what the other side need not know', async (t) => {
  const { bank } = await startBank(t, { exposeErrors: 'message' });
  t.match(await remoteError(bank.failUndeclared('details')), {
    type: 'ValueError',
    remoteMessage: 'a secret',
    traceback: '',
    cause: undefined,
    details: undefined,
  });
  t.match(await remoteError(bank.failUndeclared('group')), { errors: null });
  t.match(await remoteError(bank.failUndeclared('noted')), { notes: null });
  t.equal(await bank.catchFrom('unheard'), "Unheard 'of' None []", 'in both directions');
  await t.rejects(bank.fail('poor'), {
    name: 'InsufficientFunds',
    missing: 12.5,
    cause: undefined,
  });
});

t.test('exposeErrors can hide all but the class', async (t) => {
  const { bank } = await startBank(t, { exposeErrors: 'type' });
  const hidden = await remoteError(bank.failUndeclared('details'));
  t.match(hidden, { type: 'ValueError', remoteMessage: '(its message is not shown)' });
  t.notMatch(JSON.stringify([hidden, hidden.stack, hidden.cause]), /secret|vault\.py|1234/);
  t.equal(await bank.catchFrom('file'), "Error '(its message is not shown)' None []");
  await t.rejects(
    bank.fail('poor'),
    { name: 'InsufficientFunds', message: 'no money' },
    'what the interface declares is no secret',
  );
  await t.rejects(startBank(t, { exposeErrors: 'none' as never }), { name: 'RangeError' });
});
