import { HandshakeError } from '../errors.js';
import type { Waiting } from '../ring/ring-end.js';
import { readAnnouncement } from '../session/served-interface.js';
import { VALIDATION_LEVELS, type ValidationLevel } from '../wire/validation-level.js';
import { HELLO_DESCRIPTORS, WIRE_VERSION } from '../wire/constants.gen.js';

/** What a host says first. Normative: spec/wire/handshake.md §3. */
export interface Hello {
  readonly hostPid: number;
  /** An absolute path, or a bare name. */
  readonly module: string;
  readonly waiting: Waiting;
  readonly bulkLimit: number | undefined;
  readonly bulkThreshold: number | undefined;
  readonly previews: boolean;
  readonly validation: ValidationLevel;
  readonly serves: ReturnType<typeof readAnnouncement>;
}

/** Throws HandshakeError for anything else. */
export function readHello(value: unknown, descriptors: readonly number[]): Hello {
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Readonly<
    Record<string, unknown>
  >;
  const { wireVersion, hostPid, module, spin } = fields;
  if (wireVersion !== WIRE_VERSION) {
    throw new HandshakeError(
      `the host speaks wire version ${String(wireVersion)}, this package ${WIRE_VERSION}: use both halves of the same ringsnake package`,
    );
  }
  if (typeof hostPid !== 'number' || typeof module !== 'string')
    throw new HandshakeError('hello names no host process or no module');
  if (descriptors.length !== HELLO_DESCRIPTORS) {
    throw new HandshakeError(
      `hello came with ${descriptors.length} descriptors instead of ${HELLO_DESCRIPTORS}`,
    );
  }
  return {
    hostPid,
    module,
    waiting: waitingOf(spin),
    bulkLimit: bytes(fields['bulkLimit']),
    bulkThreshold: bytes(fields['bulkThreshold']),
    validation: validationOf(fields['validation']),
    previews: fields['valuePreviews'] !== false,
    serves: readAnnouncement(fields['serves']),
  };
}

/** Of what is not known here, all is looked at. */
function validationOf(level: unknown): ValidationLevel {
  return VALIDATION_LEVELS.find((each) => each === level) ?? 'full';
}

function waitingOf(spin: unknown): Waiting {
  if (typeof spin !== 'number' || spin < 0) return 'adaptive';
  return spin === 0 ? 'sleep' : { spin };
}

function bytes(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 ? value : undefined;
}
