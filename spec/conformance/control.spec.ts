import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ControlSocket } from '../../lib/channel/control.js';
import {
  closeDescriptor,
  controlSocketPair,
  sendWithDescriptors,
} from '../../lib/ring/descriptors.js';
import { FrameKind } from '../../lib/wire/constants.gen.js';
import { encode } from '../../lib/wire/value.js';
import { pythonCommand, pythonEnvironment } from '../support/python.js';
import { root } from '../support/root.js';

interface Vectors {
  readonly accepted: readonly { name: string; bytes: string; kind: string; value: string }[];
  readonly rejected: readonly { name: string; bytes: string; error: string }[];
}

const path = join(root, 'spec', 'vectors', 'handshake', 'control.json');
const { accepted, rejected } = JSON.parse(readFileSync(path, 'utf8')) as Vectors;
const fromHex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** Each answers with `kind value` for one message, or with an error's code. */
const implementations: readonly { name: string; receive(bytes: Uint8Array): Promise<string> }[] = [
  { name: 'Node', receive: receiveInNode },
  { name: 'Python', receive: receiveInPython },
];

function receiveInNode(bytes: Uint8Array): Promise<string> {
  const [own, peer] = controlSocketPair();
  return new Promise<string>((resolve) => {
    const control = new ControlSocket(own);
    control.listen({
      onFrame: (kind, value) =>
        resolve(`${kindName(kind)} ${Buffer.from(encode(value)).toString('hex')}`),
      onEnd: () => resolve('ended'),
      onBroken: (error) => resolve(error.code),
    });
    sendWithDescriptors(peer, bytes, []);
    t.teardown(() => {
      control.close();
      closeDescriptor(peer);
    });
  });
}

async function receiveInPython(bytes: Uint8Array): Promise<string> {
  const [own, peer] = controlSocketPair();
  sendWithDescriptors(own, bytes, []);
  const runner = join(root, 'spec', 'conformance', 'control_runner.py');
  const { stdout, stderr } = spawnSync(pythonCommand(), [runner], {
    encoding: 'utf8',
    env: pythonEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe', peer],
  });
  closeDescriptor(own);
  closeDescriptor(peer);
  return stdout.trim() || stderr;
}

function kindName(kind: FrameKind): string {
  return Object.entries(FrameKind).find(([, number]) => number === kind)?.[0] ?? String(kind);
}

for (const { name, receive } of implementations) {
  t.test(`HAND-2: ${name} reads each control message`, async (t) => {
    for (const vector of accepted) {
      t.equal(await receive(fromHex(vector.bytes)), `${vector.kind} ${vector.value}`, vector.name);
    }
  });

  t.test(`HAND-2: ${name} refuses what is no control message`, async (t) => {
    for (const vector of rejected)
      t.match(await receive(fromHex(vector.bytes)), vector.error, vector.name);
  });
}
