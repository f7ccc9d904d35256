/** Runs the core's own test programs, plainly and under sanitizers; each sentence they report is a test here. */
import { spawnSync } from 'node:child_process';
import t from 'tap';
import { buildCoreProgram, type Flavour } from '../support/core-program.js';

const TIMEOUT_MS = 300_000;

const programs: readonly { source: string; flavours: readonly Flavour[] }[] = [
  { source: 'core/ring_test.cc', flavours: ['plain', 'address'] },
  { source: 'core/waiting_test.cc', flavours: ['plain', 'address', 'thread'] },
  { source: 'core/alive_test.cc', flavours: ['plain', 'address'] },
  { source: 'core/bulk_test.cc', flavours: ['plain', 'address'] },
];

for (const { source, flavours } of programs) {
  for (const flavour of flavours) {
    t.test(`${source}, ${flavour}`, async (t) => {
      const { stdout, stderr, status, signal } = spawnSync(buildCoreProgram(source, flavour), {
        encoding: 'utf8',
        timeout: TIMEOUT_MS,
      });
      const sentences = stdout.split('\n').filter((line) => /^(not )?ok - /.test(line));
      for (const line of sentences) t.ok(line.startsWith('ok'), line.replace(/^(not )?ok - /, ''));
      t.ok(sentences.length > 0, 'the program reports what it proved');
      t.equal(status ?? signal, 0, 'the program ends well');
      t.equal(stderr, '', 'no sanitizer has anything to report');
    });
  }
}
