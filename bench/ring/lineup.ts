/** Who can take part: the commands of both processes of a party. */
import { join } from 'node:path';
import { peers, pythonCommand, root } from '../folder.js';
import { limitProgram } from './limit-program.js';

/** How a side waits: `spin` for the limit, the others as users can choose. */
export type Waiting = 'spin' | 'adaptive' | 'sleep';

/** Two processes and the link between them. */
export interface Lineup {
  /** The side that measures. */
  readonly driver: 'c++' | 'node';
  readonly peer: 'c++' | 'python' | 'asyncio';
  readonly link: 'ring' | 'socket';
  /** Bytes of each ring; 0 for a socket. */
  readonly ringCapacity: number;
  readonly waiting: Waiting;
}

// Far longer than any answer takes, and gone before the next party is measured.
const SPIN = 'spin:200';

/** Tells lineups apart, and names them in results. */
export function lineupName({ driver, peer, link, ringCapacity, waiting }: Lineup): string {
  const how = link === 'socket' ? 'socket' : `${bytesName(ringCapacity)} ring, ${waiting}`;
  return `${driver} to ${peer} (${how})`;
}

/** `4 MiB` */
export function bytesName(bytes: number): string {
  if (bytes >= 1024 * 1024) return `${bytes / (1024 * 1024)} MiB`;
  return bytes >= 1024 ? `${bytes / 1024} KiB` : `${bytes} B`;
}

/** The driver's command line, its peer's at the end. */
export function driverCommand(lineup: Lineup): readonly string[] {
  const { driver, link, ringCapacity } = lineup;
  const ring = link === 'ring' ? [`${ringCapacity}`, waitingWord(lineup)] : [];
  const peer = peerCommand(lineup);
  if (driver === 'c++') return [limitProgram(), 'drive', link, ...ring, ...peer];
  return [
    process.execPath,
    join(root, 'dist', 'bench', 'ring', `${link}-party.js`),
    ...ring,
    ...peer,
  ];
}

function peerCommand(lineup: Lineup): readonly string[] {
  const { peer, link } = lineup;
  if (link === 'socket') return [limitProgram(), 'serve', 'socket'];
  if (peer === 'c++') return [limitProgram(), 'serve', 'ring', waitingWord(lineup)];
  const style = peer === 'asyncio' ? 'asyncio' : 'blocking';
  return [pythonCommand(), join(peers, 'ring_peer.py'), style, waitingWord(lineup)];
}

function waitingWord({ waiting }: Lineup): string {
  return waiting === 'spin' ? SPIN : waiting;
}
