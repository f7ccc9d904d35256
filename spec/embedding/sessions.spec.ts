/** A session with a worker on a thread behaves as one with a process: the specs of sessions, run once more. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { root } from '../support/root.js';

const folder = join(root, 'dist', 'spec', 'session');

/** These are about processes. */
const OTHERS: readonly string[] = [
  // They kill the worker's process, or break its wire.
  'interrupt',
  'objects',
  'observation',
  'protocol',
  'stream-faults',
  // A `def` that is called on the caller's own thread finds no event loop there, and a getter may call it.
  'handlers',
  'validation',
].map((name) => `${name}.spec.js`);

const specs = readdirSync(folder).filter(
  (name) => name.endsWith('.spec.js') && !OTHERS.includes(name),
);

for (const name of specs) {
  t.test(name.replace('.spec.js', ''), { timeout: 120_000 }, async (t) => {
    const child = spawn(process.execPath, [join(folder, name)], {
      cwd: root,
      env: { ...process.env, RINGSNAKE_SPEC_PLACE: 'thread' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    const [code, signal] = await once(child, 'close');
    t.equal(signal ?? code, 0, output.slice(-5000));
  });
}
