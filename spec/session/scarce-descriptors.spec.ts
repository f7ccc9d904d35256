import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { pythonEnvironment } from '../support/python.js';
import { root } from '../support/root.js';

const program = join(root, 'dist', 'spec', 'support', 'programs', 'scarce-descriptors.js');

t.test(
  'a message goes, and comes, once there is a descriptor for its memory, and in order',
  { timeout: 60_000 },
  async (t) => {
    const command = 'ulimit -n 256 && exec "$0" "$1"';
    const { stdout, stderr } = await promisify(execFile)(
      'sh',
      ['-c', command, process.execPath, program],
      { env: pythonEnvironment() },
    );
    const small = Array.from({ length: 20 }, () => 10_000);
    t.strictSame(JSON.parse(stdout), {
      fromNode: [...small, 200_000],
      fromPython: [...small, 2_000_000],
      toNode: 5_000_000,
      toPython: [5_000_000, 3],
      // A message of a channel is not waited for, and stays.
      channels: [
        ['RS_RESOURCE', 5_000_000],
        ['RS_RESOURCE', 5_000_000],
      ],
      ended: 'RS_WORKER_EXITED',
    });
    // Each side of a session says so once; and nothing else, such as an answer to a call that was sent twice.
    t.equal(stderr.match(/a large message waits until/g)?.length, 3);
    t.notMatch(stderr, /RS_UNKNOWN_CALL|Traceback/);
  },
);
