import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Channel } from 'ringsnake/ring';
import type { Ledger } from './ledger.js';
import { pythonCommand, pythonEnvironment } from './python.js';
import { root } from './root.js';

type ChannelOptions = NonNullable<Parameters<typeof Channel.create>[0]>;

/** A runtime that can hold the other end of a channel. */
export interface RingPeer {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

const programs = join(root, 'spec', 'support', 'programs');

export const nodePeer: RingPeer = {
  name: 'Node',
  command: process.execPath,
  args: [join(root, 'dist', 'spec', 'support', 'programs', 'ring-peer.js')],
};

export const pythonPeer: RingPeer = {
  name: 'Python',
  command: pythonCommand(),
  args: [join(programs, 'ring_peer.py')],
};

export const ringPeers: readonly RingPeer[] = [nodePeer, pythonPeer];

interface Teardown {
  teardown(action: () => unknown): unknown;
}

/** What a peer does, and how our side of the channel is. */
export interface PeerOptions extends ChannelOptions {
  readonly verb: string;
  readonly argument?: number;
  /** Of both sides. */
  readonly waiting?: 'adaptive' | 'sleep';
  /** Where it writes down what it has done. */
  readonly ledger?: Ledger;
}

/** A started peer: its process, and the lines it prints. */
export interface StartedProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<[number | null, string | null]>;
  nextLine(): Promise<string>;
}

export interface StartedPeer extends StartedProcess {
  readonly channel: Channel;
}

/** Starts a peer at the other end of a new channel; both end with the test. Resolves when it has attached. */
export async function startRingPeer(
  t: Teardown,
  peer: RingPeer,
  options: PeerOptions,
): Promise<StartedPeer> {
  const channel = Channel.create(options);
  return { channel, ...(await startPeerOf(t, peer, { ...options, channel })) };
}

/** The same for a side that is here already, of whatever kind. */
export async function startPeerOf(
  t: Teardown,
  peer: RingPeer,
  {
    channel,
    ...options
  }: PeerOptions & {
    readonly channel: Pick<Channel, 'descriptor' | 'closeDescriptor' | 'close'>;
  },
): Promise<StartedProcess> {
  const { verb, argument = 0, waiting = 'adaptive', ledger } = options;
  const child = spawn(peer.command, [...peer.args, verb, String(argument), String(waiting)], {
    stdio: ['pipe', 'pipe', 'inherit', channel.descriptor, ledger?.descriptor ?? 'ignore'],
    env: pythonEnvironment(),
  });
  channel.closeDescriptor();
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  t.teardown(async () => {
    channel.close();
    child.kill('SIGKILL');
    await exited;
  });
  const lines = createInterface(child.stdout as NonNullable<typeof child.stdout>)[
    Symbol.asyncIterator
  ]();
  const nextLine = async (): Promise<string> => String((await lines.next()).value);
  if ((await nextLine()) !== 'attached') throw new Error(`the ${peer.name} peer did not attach`);
  return { child, exited, nextLine };
}
