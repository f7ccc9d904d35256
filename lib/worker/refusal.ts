import { HandshakeError, ModuleImportError } from '../errors.js';
import type { DirectOffer } from '../session/direct-calls.js';
import { readAnnouncement, type ServedInterface } from '../session/served-interface.js';
import { FrameKind } from '../wire/constants.gen.js';

/** Whom the handshake is with, for messages. */
export interface HandshakeDetails {
  readonly interpreter: string;
  /** Dotted name or absolute path. */
  readonly module: string;
}

/** What the worker's answer to hello says. */
export interface Welcome {
  readonly serves: ServedInterface[];
  /** What this process's own threads may call; undefined: nothing. */
  readonly direct: DirectOffer | undefined;
}

/** Throws ModuleImportError or HandshakeError. */
export function readWelcome(kind: FrameKind, value: unknown, details: HandshakeDetails): Welcome {
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  switch (kind) {
    case FrameKind.welcome:
      return {
        serves: readAnnouncement(fields['serves']),
        // Only asked for by who shares a process with the worker, and so has to trust it.
        direct: fields['direct'] as DirectOffer | undefined,
      };
    case FrameKind.refusal:
      throw refusal(fields, details);
    default:
      throw new HandshakeError(`the worker answered hello with frame kind ${kind}`);
  }
}

function refusal(fields: Record<string, unknown>, details: HandshakeDetails): Error {
  const type = String(fields['type']);
  const message = String(fields['message']);
  if (fields['code'] !== 'RS_MODULE_IMPORT')
    return new HandshakeError(`the worker refused: ${message}`);
  const traceback = String(fields['traceback']);
  const hint =
    type === 'ModuleNotFoundError'
      ? `\nInstall what is missing for this interpreter: ${details.interpreter} -m pip install …`
      : '';
  return new ModuleImportError(
    `${details.module} did not import: ${type}: ${message}${hint}\n${traceback}`,
    { type, traceback },
  );
}
