/** What an error carries beside its words. Normative: spec/wire/frame.md §5. */
import { type RemoteError, release } from 'ringsnake';
import t from 'tap';
import { auditMemory, Crate, isSame, samplesOf, startDepot } from '../support/depot/start.js';
import { auditLeaks } from '../support/leaks.js';

await auditLeaks(t);
auditMemory(t);

async function failureOf(call: Promise<unknown>): Promise<RemoteError> {
  return call.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: RemoteError) => error,
  );
}

t.test('details arrive as what they were, registered types and large arrays too', async (t) => {
  const { depot, carrier } = await startDepot(t);
  for (const length of [3, 1 << 14]) {
    const { details, remoteMessage } = await failureOf(depot.refuse(samplesOf(length)));
    const { crate } = details as { crate: Crate };
    t.equal(remoteMessage, `${length} samples are too many`);
    t.ok(crate instanceof Crate);
    t.equal(crate.label, 'too full');
    t.ok(isSame(crate.samples, samplesOf(length)));
    t.equal(release(crate.samples), length > 3, 'by reference if they are large');
  }
  t.equal(await carrier.fail(), 'RangeError: nothing to store: empty, 16384 of 4.5');
});

t.test('without a registry the value alone arrives', async (t) => {
  const { depot } = await startDepot(t, { types: undefined as never });
  const { details } = await failureOf(depot.refuse(samplesOf(2)));
  t.strictSame(details, { crate: { label: 'too full', samples: samplesOf(2) } });
});

t.test('details that cannot cross are told of, and the error arrives', async (t) => {
  const { depot, carrier } = await startDepot(t);
  const { details, remoteMessage } = await failureOf(depot.refuseOddly());
  t.equal(details, undefined);
  t.match(remoteMessage, /^no \(its details cannot cross: .*details\.seen\[1\].*object/);
  const unregistered = await startDepot(t, { types: undefined as never });
  t.match(
    await unregistered.carrier.fail(),
    /nothing to store \(its details cannot cross: .*details.*register its class/,
  );
  t.equal(await carrier.carry(2, 4), 1, 'the session goes on');
});

t.test('an error without details has none', async (t) => {
  const { depot } = await startDepot(t);
  const { details } = await failureOf(depot.scoped(new Float64Array(0)).then(() => depot.ends()));
  t.equal(details, undefined);
});
