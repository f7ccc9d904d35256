import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { RingsnakeError } from '../../lib/errors.js';
import { Exchange, RingEnd } from '../../lib/ring/ring-end.js';
import {
  CONTROL_PAGE_BYTES,
  FRAME_HEADER_BYTES,
  RING_CAPACITY_MIN,
} from '../../lib/wire/constants.gen.js';
import { readFrameHeader, writeFrameHeader } from '../../lib/wire/frame.js';
import { decode } from '../../lib/wire/value.js';
import { buildCoreProgram } from '../support/core-program.js';
import { pythonCommand, pythonEnvironment } from '../support/python.js';
import { root } from '../support/root.js';

/** One implementation of ring and frame: answers requests in the notation of core_runner.cc. */
export interface RecordImplementation {
  readonly name: string;
  /** Whether it looks into the values of frames, too. */
  readonly readsValues: boolean;
  run(requests: readonly string[]): string[];
}

/** Bytes of the ring that an answer to `send` shows. */
const SHOWN = 512;

function runProgram(command: string, args: readonly string[]): RecordImplementation['run'] {
  return (requests) => {
    const { stdout, stderr, status } = spawnSync(command, args, {
      input: requests.join('\n'),
      encoding: 'utf8',
      env: pythonEnvironment(),
    });
    if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
    return stdout.trimEnd().split('\n');
  };
}

function answerInNode(request: string): string {
  const [verb, ...fields] = request.split(' ');
  const end = RingEnd.create({ ringCapacity: RING_CAPACITY_MIN });
  try {
    return verb === 'send' ? send(end, fields) : receive(end, fields[0] as string);
  } finally {
    end.close();
  }
}

function receive(end: RingEnd, hex: string): string {
  end.bytes.set(Buffer.from(hex, 'hex'), CONTROL_PAGE_BYTES + RING_CAPACITY_MIN);
  const count = end.endpoint.peek();
  const frames: string[] = [];
  for (let i = 0; i < count; i++) {
    const offset = end.endpoint.exchange[Exchange.records + 2 * i] as number;
    const length = end.endpoint.exchange[Exchange.records + 2 * i + 1] as number;
    try {
      const header = readFrameHeader(end.view, offset, length);
      const value = end.bytes.slice(offset + FRAME_HEADER_BYTES, offset + length);
      frames.push(
        `${header.kind} ${header.callId} ${header.interfaceIndex} ${header.methodIndex} ${header.parent} ${Buffer.from(value).toString('hex')}`,
      );
      decode(value);
    } catch (error) {
      if (!(error instanceof RingsnakeError)) throw error;
      return error.code === 'RS_DECODE' ? 'value' : 'header';
    }
  }
  if (end.endpoint.broken) return 'broken';
  return frames.join(' ') || 'nothing';
}

function send(end: RingEnd, fields: readonly string[]): string {
  for (let i = 0; i < fields.length; i += 6) {
    const [kind, callId, interfaceIndex, methodIndex, parent] = fields
      .slice(i, i + 5)
      .map(Number) as [number, number, number, number, number];
    const value = Buffer.from(fields[i + 5] as string, 'hex');
    const length = FRAME_HEADER_BYTES + value.length;
    const offset = end.endpoint.tryClaim(length);
    writeFrameHeader(end.view, offset, {
      kind: kind as never,
      callId,
      hasContext: false,
      isBlocking: false,
      interfaceIndex,
      methodIndex,
      parent,
    });
    end.bytes.set(value, offset + FRAME_HEADER_BYTES);
    end.endpoint.commit(length);
  }
  return Buffer.from(end.bytes.subarray(CONTROL_PAGE_BYTES, CONTROL_PAGE_BYTES + SHOWN)).toString(
    'hex',
  );
}

export const implementations: readonly RecordImplementation[] = [
  {
    name: 'the core',
    readsValues: false,
    run: (r) => runProgram(buildCoreProgram('conformance/core_runner.cc'), [])(r),
  },
  { name: 'Node', readsValues: true, run: (requests) => requests.map(answerInNode) },
  {
    name: 'Python',
    readsValues: true,
    run: (r) =>
      runProgram(pythonCommand(), [join(root, 'spec', 'conformance', 'record_runner.py')])(r),
  },
];
