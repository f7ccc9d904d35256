/** A session with a worker on a thread behaves as one with a process: the specs of sessions and proxies, run once more. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { root } from '../support/root.js';

const folder = join(root, 'dist', 'spec');

/** These are about processes. */
const OTHERS: readonly string[] = [
  // They kill the worker's process, interrupt it by a signal, or break its wire.
  'session/interrupt',
  'session/objects',
  'session/observation',
  'session/protocol',
  'session/stream-faults',
  'proxies/lifetime',
  'proxies/options',
  // A `def` that is called on the caller's own thread finds no event loop there, and a getter may call it.
  'session/handlers',
  'session/validation',
  // Programs with workers of their own; sixty thousand round trips.
  'proxies/examples',
  'proxies/js-lifetime',
  // It counts what its module has done, which the workers of a process share.
  'proxies/iteration',
];

const specs = ['session', 'proxies']
  .flatMap((floor) => readdirSync(join(folder, floor)).map((name) => `${floor}/${name}`))
  .filter((name) => name.endsWith('.spec.js'))
  .map((name) => name.replace('.spec.js', ''))
  .filter((name) => !OTHERS.includes(name));

for (const name of specs) {
  t.test(name, { timeout: 120_000 }, async (t) => {
    const child = spawn(process.execPath, [join(folder, `${name}.spec.js`)], {
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
