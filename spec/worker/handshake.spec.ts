import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import t from 'tap';
import { ControlSocket } from '../../lib/channel/control.js';
import { closeDescriptor, controlSocketPair } from '../../lib/ring/descriptors.js';
import { RingEnd } from '../../lib/ring/ring-end.js';
import { FrameKind, RING_CAPACITY_MIN, WIRE_VERSION } from '../../lib/wire/constants.gen.js';
import { auditLeaks } from '../support/leaks.js';
import { pythonCommand, pythonEnvironment } from '../support/python.js';

await auditLeaks(t);

const program = ['-m', 'ringsnake'];
const hello = { wireVersion: WIRE_VERSION, hostPid: process.pid, module: 'json', serves: [] };

/** Plays the host: sends a hello and returns the worker's answer and exit code. */
async function greet(
  value: unknown,
): Promise<{ kind: FrameKind; value: unknown; exitCode: number }> {
  const end = RingEnd.create({ ringCapacity: RING_CAPACITY_MIN });
  const [own, theirs] = controlSocketPair();
  const child = spawn(pythonCommand(), program, {
    env: pythonEnvironment(),
    stdio: ['ignore', 'inherit', 'inherit', theirs],
  });
  closeDescriptor(theirs);
  const exited = once(child, 'exit');
  const answer = await new Promise<{ kind: FrameKind; value: unknown }>((resolve, reject) => {
    const control = new ControlSocket(own);
    control.listen({
      onFrame: (kind, answered) => resolve({ kind, value: answered }),
      onEnd: () => {
        control.close();
        reject(new Error('the worker ended without an answer'));
      },
      onBroken: reject,
    });
    control.send(FrameKind.hello, value, [end.peerSocket]);
    void exited.then(() => control.close());
    // At once: a worker must not overlook what comes along with the hello.
    control.send(FrameKind.goodbye, null);
  });
  const [exitCode] = (await exited) as [number];
  end.close();
  return { ...answer, exitCode };
}

t.test('HAND-3: a hello of this wire version is welcomed', async (t) => {
  t.match(await greet(hello), { kind: FrameKind.welcome, value: { serves: [] }, exitCode: 0 });
});

t.test('HAND-3: a hello of another wire version is refused, with both versions', async (t) => {
  t.match(await greet({ ...hello, wireVersion: WIRE_VERSION + 1 }), {
    kind: FrameKind.refusal,
    value: {
      code: 'RS_HANDSHAKE',
      message: new RegExp(`version ${WIRE_VERSION + 1}, this package ${WIRE_VERSION}`),
    },
    exitCode: 1,
  });
});

t.test('a hello whose list of interfaces is none is refused', async (t) => {
  t.match(await greet({ ...hello, serves: 7 }), {
    kind: FrameKind.refusal,
    value: { code: 'RS_HANDSHAKE' },
  });
});

t.test('the worker started by hand says that it is not for hands', async (t) => {
  const { status, stderr } = spawnSync(pythonCommand(), program, {
    env: pythonEnvironment(),
    encoding: 'utf8',
  });
  t.equal(status, 2);
  t.match(stderr, /started by spawn\(\) in Node\.js, not by hand/);
});
