/** The audit that ends every spec which starts processes or makes channels: whatever is left behind, it says what. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { Channel } from 'ringsnake/ring';
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';

const idle = (): Worker => new Worker('setInterval(() => {}, 1000)', { eval: true, execArgv: [] });
const kill = (child: ChildProcess): boolean => child.kill('SIGKILL');

const LEAKS: readonly [name: RegExp, leak: () => () => unknown][] = [
  [
    /\+1 descriptor of \/dev\/zero/,
    () => {
      const descriptor = openSync('/dev/zero', 'r');
      return () => closeSync(descriptor);
    },
  ],
  [
    /\+\d+ mapped region/,
    () => {
      const channel = Channel.create();
      return () => channel.close();
    },
  ],
  [
    /\+1 child process/,
    () => {
      const child = spawn('sleep', ['60'], { stdio: 'ignore' });
      return () => kill(child);
    },
  ],
  [
    /\+1 thread /,
    () => {
      const thread = idle();
      return () => thread.terminate();
    },
  ],
];

t.test('what is left behind is named', async (t) => {
  for (const [name, leak] of LEAKS) {
    let audit: () => unknown = () => {};
    const teardown = (action: () => unknown): void => {
      audit = action;
    };
    await auditLeaks({ teardown }, { patience: 200 });
    await audit();
    const mend = leak();
    await t.rejects(async () => await audit(), { message: name }, String(name));
    await mend();
  }
});
