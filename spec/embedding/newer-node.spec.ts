/** Python in a newer Node.js, whose OpenSSL is not the one that Python was built with: the specs that it concerns, run there by the same addon. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import t from 'tap';
import { newerNode } from '../support/newer-node.js';
import { root } from '../support/root.js';
import { startLodger } from './lodgers.js';

t.setTimeout(180_000);

const newer = newerNode();
const skip = newer === undefined && 'no newer Node.js: `node .ci/prepare.mjs nodes` installs one';

const RUNS: readonly (readonly [spec: string, tests: RegExp])[] = [
  ['direct-calls', /^(a synchronous call runs|Python calls back|what Python raises)/],
  ['living-together', /^(signals|digests|Python shakes hands)/],
  ['ending', /^(natural|exit|exit-in-callback|throw|terminate)(:| in a thread)/],
];

for (const [spec, tests] of RUNS) {
  t.test(`${spec} holds in ${newer?.version ?? 'a newer Node.js'}`, { skip }, async (t) => {
    const { NODE_OPTIONS: _, ...inherited } = process.env;
    const file = join(root, 'dist', 'spec', 'embedding', `${spec}.spec.js`);
    const child = spawn(newer?.program ?? '', [file], {
      cwd: root,
      env: { ...inherited, TAP_GREP: String(tests), TAP_TIMEOUT: '120' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    const [code, signal] = await once(child, 'close');
    t.equal(signal ?? code, 0, output.slice(-5000));
    t.match(output, /^ {4}ok /m, 'and something was tested');
  });
}

t.test('its OpenSSL is another than Python’s', { skip }, async (t) => {
  const { lodger } = await startLodger(t);
  const ofPython = lodger.sync.run('import ssl\nresult = ssl.OPENSSL_VERSION');
  t.match(ofPython, /^OpenSSL \d/);
  const [, number = ''] = /^OpenSSL (\S+)/.exec(ofPython) ?? [];
  if (number === newer?.openssl) t.comment(`Python has OpenSSL ${number}, too`);
  else t.not(number, newer?.openssl);
});
