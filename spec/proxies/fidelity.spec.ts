/** Every value vector goes into Python through a proxy, is looked at there, and comes back: as it would by any other call of the session. */
import { join } from 'node:path';
import t from 'tap';
import { RingsnakeObjectsClient } from '../../lib/proxies/objects.gen.js';
import { comparable } from '../conformance/value-comparison.js';
import { mapMeaning } from '../conformance/value-implementations.js';
import { hostValue, meaningOf, types } from '../conformance/value-meanings.js';
import { loadValueVectors, type Meaning } from '../conformance/value-vectors.js';
import { startInPlace } from '../support/place.js';
import { pythonCommand } from '../support/python.js';
import { root } from '../support/root.js';

const LOOK = `
import json, sys
sys.path.insert(0, ${JSON.stringify(join(root, 'spec', 'conformance'))})
from value_meanings import MeaningReader
seen = None
def look(value):
    global seen
    seen = json.dumps(MeaningReader(value).meaning())
    return value
`;

/** What no call of a session takes, and so no proxy: the reasons are in spec/wire/proxies.md. */
const CANNOT: readonly RegExp[] = [
  // With what is around it, it is more than 128 containers.
  /128 (containers|instances|deep)/,
  /^identity: .*(holds? (itself|each other)|an instance twice)/,
  // Types that only `details` of errors know.
  /^types: a (registered type|user's extension)/,
  // Two for JavaScript, one for Python, or nothing with a hash.
  /^(maps|sets): (.*, in JavaScript|true and 1)/,
];

/** None is what Python has for undefined, unless it says that an error has no cause. */
function withNone(meaning: Meaning): Meaning {
  if (JSON.stringify(meaning).includes('"error"')) return meaning;
  return mapMeaning(meaning, (each) => ('undefined' in each ? { null: true } : each));
}

/** What is changed is put together anew there, as a `dict`. */
const ANEW = 'maps: null, undefined and true as keys';

/** What Python saw, and what came back; or why it could not cross. */
async function crossed(call: () => Promise<unknown>, seen: () => Promise<string>): Promise<string> {
  try {
    const back = comparable({ meaning: meaningOf(await call()) });
    const there = comparable({ meaning: JSON.parse(await seen()) as Meaning });
    return `${there} -> ${back}`;
  } catch (error) {
    return String((error as { code?: unknown }).code ?? error);
  }
}

t.test('every value vector crosses as in any other call', async (t) => {
  const worker = await startInPlace({ python: pythonCommand(), types });
  t.teardown(() => worker.destroy());
  const { py } = worker;
  await py.exec(LOOK);
  const look = await py.eval('look');
  const seen = async (): Promise<string> => (await py.eval('seen')) as string;
  const session = worker.client(RingsnakeObjectsClient);
  const [, number] = (await session.run([0, 11, 'look', null])) as [number, number];
  const bySession = async (value: unknown): Promise<unknown> => {
    const [, back] = (await session.run([number, 4, [[0, value]], null, 23])) as [number, unknown];
    return back;
  };
  const ours = loadValueVectors().filter(({ only = 'TypeScript' }) => only === 'TypeScript');
  const cannot = new Set<string>();
  for (const { title, meaning } of ours) {
    if (meaning === undefined || title === ANEW) continue;
    const expected = await crossed(() => bySession(hostValue(withNone(meaning))), seen);
    const actual = await crossed(() => py.value(look(hostValue(meaning))), seen);
    t.equal(actual, expected, title);
    if (!actual.startsWith('{')) cannot.add(title);
  }
  t.ok(ours.length - cannot.size > 300);
  t.same(
    [...cannot].filter((title) => !CANNOT.some((known) => known.test(title))),
    [],
    'what cannot cross is known',
  );
});
