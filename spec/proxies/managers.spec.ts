import t from 'tap';
import { startExplorer } from '../support/explorer/start.js';

t.test('a body runs inside of a context manager', async (t) => {
  const { py } = await startExplorer(t);
  const zoo = await py.import('zoo');
  for (const [kind, before, after] of [
    ['Gate', 'enter', 'exit None: None'],
    ['AsyncGate', 'aenter', 'aexit None: None'],
  ] as const) {
    const gate = await zoo[kind]();
    t.equal(await py.with(gate, async (entered) => await zoo.same(entered, gate)), true);
    t.same(await py.value(gate.log), [before, after]);
  }
  const gate = py.sync.import('zoo').Gate();
  t.equal(
    py.sync.with(gate, (entered) => py.sync.op('is_', entered, gate)),
    true,
  );
  await t.rejects(
    py.with(py.eval('5').real, () => 1),
    { message: /^TypeError: 'int' object does not support/ },
  );
  const name = await py.with(py.import('tempfile').NamedTemporaryFile('w'), async (file) => {
    await file.write('text');
    return await file.name;
  });
  t.equal(await py.import('os').path.exists(name), false);
});

t.test('what the body throws goes to the manager, which may deal with it', async (t) => {
  const { py } = await startExplorer(t);
  const zoo = await py.import('zoo');
  const gate = await zoo.Gate();
  const own = new RangeError('mine');
  const thrown = await py
    .with(gate, () => {
      throw own;
    })
    .catch((error: unknown) => error);
  t.equal(thrown, own);
  t.same((await py.value(gate.log))[1], 'exit RemoteError: RangeError: mine');
  const forgiving = await zoo.Gate(py.builtins.LookupError);
  t.equal(await py.with(forgiving, () => zoo.fail(py.builtins.KeyError, 'k')), undefined);
  t.equal(await py.isinstance(forgiving.last, py.builtins.KeyError), true, 'the very exception');
  await t.rejects(
    py.with(forgiving, () => zoo.fail(py.builtins.ValueError, 'v')),
    { message: 'ValueError: v' },
  );
  const awaited = await zoo.AsyncGate(py.builtins.LookupError);
  t.equal(await py.with(awaited, () => zoo.fail(py.builtins.KeyError, 'k')), undefined);
  const sync = py.sync.of(zoo);
  t.equal(
    py.sync.with(sync.Gate(py.sync.builtins.KeyError), () =>
      sync.fail(py.sync.builtins.KeyError, 1),
    ),
    undefined,
  );
});
