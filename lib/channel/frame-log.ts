import { FrameKind } from '../wire/constants.gen.js';
import type { FrameHeader } from '../wire/frame.js';

/** Which way a frame goes. */
export type Direction = 'sent' | 'received';

/** Says which method a frame is about, as far as it is known: `Calculator.add`. */
export type FrameNames = (direction: Direction, header: FrameHeader) => string | undefined;

const ARROWS: Readonly<Record<Direction, string>> = { sent: '->', received: '<-' };

/**
 * One line on stderr for each frame, if the environment asks for it: `RINGSNAKE_DEBUG=frames`. Twin: python/ringsnake/_channel/frame_log.py.
 */
export class FrameLog {
  readonly #names: FrameNames;

  constructor(names: FrameNames) {
    this.#names = names;
  }

  /** Undefined when the environment does not ask for it. */
  static ifWanted(names: FrameNames): FrameLog | undefined {
    const wanted = process.env['RINGSNAKE_DEBUG']?.split(',').includes('frames') ?? false;
    return wanted ? new FrameLog(names) : undefined;
  }

  note(direction: Direction, header: FrameHeader, bytes: number): void {
    const { kind, callId, parent } = header;
    const kindName = Object.entries(FrameKind).find(([, each]) => each === kind)?.[0] ?? kind;
    const made = parent === 0 ? '' : ` for #${parent}`;
    const name = this.#names(direction, header);
    const named = name === undefined ? '' : ` ${name}`;
    process.stderr.write(
      `ringsnake ${process.pid} ${ARROWS[direction]} ${kindName} #${callId}${made}${named} ${bytes} bytes\n`,
    );
  }
}
