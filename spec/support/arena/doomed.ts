/**
 * Makes this process kill itself at a step of the session: `RINGSNAKE_STEP` is "step:n", the n-th time it comes there. `RINGSNAKE_STEPS` names a
 * file that the steps are written to instead. Twin: spec/fixtures/modules/doomed.py.
 */
import { appendFileSync } from 'node:fs';
import { FrameChannel } from '../../../lib/channel/frame-channel.js';
import { Callee } from '../../../lib/session/callee.js';
import { SessionObjects } from '../../../lib/session/objects.js';
import { OpenCalls } from '../../../lib/session/open-calls.js';
import { Streams } from '../../../lib/session/streams.js';
import { FrameKind } from '../../../lib/wire/constants.gen.js';
import type { FrameHeader } from '../../../lib/wire/frame.js';

const [, wanted, times] = /^(.*):(\d+)$/.exec(process.env['RINGSNAKE_STEP'] ?? '') ?? [];
const stepsFile = process.env['RINGSNAKE_STEPS'];
const passages = new Map<string, number>();

function reach(step: string): void {
  const count = (passages.get(step) ?? 0) + 1;
  passages.set(step, count);
  if (stepsFile !== undefined && count === 1) appendFileSync(stepsFile, `${step}\n`);
  if (step === wanted && count === Number(times)) process.kill(process.pid, 'SIGKILL');
}

const NAMES = new Map(
  Object.entries(FrameKind).map(([name, kind]) => [
    kind as number,
    name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
  ]),
);

type Method = (...args: unknown[]) => unknown;

/** `nameOf` gets the arguments. */
function watch(prototype: object, method: string, nameOf: (...args: never[]) => string): void {
  const methods = prototype as Record<string, Method>;
  const original = methods[method] as Method;
  methods[method] = function watched(this: unknown, ...args: unknown[]): unknown {
    const step = (nameOf as unknown as (...args: unknown[]) => string)(...args);
    reach(`before ${step}`);
    const result = original.apply(this, args);
    reach(`after ${step}`);
    return result;
  };
}

let begun = '';
watch(FrameChannel.prototype, 'begin', ({ kind }: FrameHeader) => {
  begun = NAMES.get(kind) ?? '';
  return `writing ${begun}`;
});
watch(FrameChannel.prototype, 'commit', () => `sending ${begun}`);
watch(FrameChannel.prototype, 'wait', () => 'blocking');
watch(Callee.prototype, 'receive', ({ kind }: FrameHeader) => `receiving ${NAMES.get(kind)}`);
watch(Callee.prototype, 'cancel', () => 'receiving cancel');
watch(Callee.prototype, 'run', () => 'running handlers');
watch(OpenCalls.prototype, 'answer', (isError: boolean) =>
  isError ? 'receiving error' : 'receiving result',
);
watch(SessionObjects.prototype, 'released', () => 'receiving release');
watch(Streams.prototype, 'onFrame', ({ kind }: FrameHeader) => `receiving ${NAMES.get(kind)}`);
