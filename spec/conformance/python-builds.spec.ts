/** The Python extension, built for one CPython and built for all of them: which is taken, and that they are one codec. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import type { PythonFacts } from '../../lib/doctor/python.mjs';
import { abi3Package, defaultPython, fullPackage, otherPythons } from '../support/python-builds.js';
import { root } from '../support/root.js';
import { implementations, type Request, runPython } from './value-implementations.js';
import { loadValueVectors } from './value-vectors.js';

const checkout = join(root, 'python');
const python = defaultPython();
const others = otherPythons();

t.setTimeout(600_000);
// A set of strings is written in the order of their hashes.
process.env['PYTHONHASHSEED'] = '0';

t.test('the package takes the build for its interpreter, else the one for all', async (t) => {
  t.equal(buildIn(python, checkout), 'full');
  t.equal(buildIn(python, abi3Package()), 'abi3');
  for (const other of others) t.equal(buildIn(other, checkout), 'abi3', other.version);
});

/** Each vector read, and each canonical one written. value.spec.ts holds what Python answers to the vectors. */
const vectors = loadValueVectors().filter(({ only = 'Python' }) => only === 'Python');
const requests: Request[] = vectors.flatMap(({ bytes, meaning, canonical }): Request[] => [
  { decode: bytes },
  ...(canonical && meaning !== undefined ? [{ encode: meaning }] : []),
]);

t.test('both builds answer each vector alike, in each CPython that is here', async (t) => {
  const expected = implementations.find(({ name }) => name === 'Python')?.run(requests) ?? [];
  t.ok(requests.length > 700);
  const wrong = ({ facts, path }: { facts: PythonFacts; path: string }): Request[] => {
    const outcomes = runPython(requests, { command: facts.executable, path });
    t.equal(outcomes.length, expected.length);
    return requests.filter((_, i) => JSON.stringify(outcomes[i]) !== JSON.stringify(expected[i]));
  };
  t.strictSame(wrong({ facts: python, path: abi3Package() }), [], `abi3 in ${python.version}`);
  if (others.length === 0) t.comment('no other CPython from 3.11 on is here');
  for (const facts of others) {
    t.strictSame(wrong({ facts, path: abi3Package() }), [], `abi3 in ${facts.version}`);
    if (!facts.headers) {
      t.comment(`${facts.version} has no headers: no full build`);
      continue;
    }
    const path = fullPackage(facts);
    t.equal(buildIn(facts, path), 'full', facts.version);
    t.strictSame(wrong({ facts, path }), [], `full in ${facts.version}`);
  }
});

t.test('declared types do what they must, in each CPython that is here', async (t) => {
  const golden = join(root, 'spec', 'fixtures', 'codegen', 'golden');
  const script = join(root, 'spec', 'codegen', 'test_generated.py');
  for (const facts of others) {
    const paths = [abi3Package(), ...(facts.headers ? [fullPackage(facts)] : [])];
    for (const path of paths) {
      const env = { ...process.env, PYTHONPATH: `${path}:${golden}`, PYTHONDONTWRITEBYTECODE: '1' };
      const { status, stderr } = spawnSync(facts.executable, [script], { encoding: 'utf8', env });
      t.equal(status, 0, stderr);
    }
  }
});

function buildIn(facts: PythonFacts, path: string): string {
  const program = 'from ringsnake import _native; print(_native.build)';
  const { stdout, stderr } = spawnSync(facts.executable, ['-c', program], {
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: path },
  });
  return stdout.trim() || stderr;
}
