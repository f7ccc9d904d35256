/** What is said of an error that is sent, and of those inside it. */
import { problemsToWire } from './wire-problems.js';
import { EncodeError, RemoteError, RingsnakeError, ValidationError } from '../errors.js';
import { className, isCode, isTexts } from '../wire/extensions/errors.js';
import { declaredToWire } from './declared-error.js';
import type { ErrorDefinition } from './interface.js';
import { withoutOwnFrames } from './local-stack.js';
import { bounded, end, type WireError } from './wire-error.js';

/** Errors inside errors deeper than this are left out, */
const DEPTH = 8;
/** and those that would be more than so many in all. */
const COUNT = 64;

/** One error with those inside it. */
export class Description {
  readonly #throws: readonly ErrorDefinition[];
  readonly #previews: boolean;
  #left = COUNT;

  constructor(
    throws: readonly ErrorDefinition[],
    { previews }: { readonly previews: boolean },
  ) {
    this.#throws = throws;
    this.#previews = previews;
  }

  of(thrown: unknown, depth: number): WireError {
    this.#left--;
    if (!(thrown instanceof Error)) {
      const message = bounded(String(thrown));
      return { code: 'RS_REMOTE', type: typeof thrown, message, traceback: '' };
    }
    if (!this.#previews && thrown instanceof ValidationError) thrown.withoutPreviews();
    const error: WireError = {
      code: thrown instanceof RingsnakeError ? thrown.code : 'RS_REMOTE',
      type: bounded(className(thrown)),
      message: bounded(String(thrown.message)),
      traceback: end(withoutOwnFrames(String(thrown.stack ?? ''))),
    };
    if (thrown instanceof ValidationError) {
      return {
        ...error,
        path: bounded(thrown.path),
        expected: bounded(thrown.expected),
        actual: bounded(thrown.actual),
        ...problemsToWire(thrown),
      };
    }
    if (thrown instanceof EncodeError)
      return { ...error, message: bounded(thrown.problem), path: bounded(thrown.path) };
    return {
      ...error,
      ...this.#declared(thrown, error.message),
      ...remoteCodeOf(thrown),
      ...detailsOf(thrown),
      ...this.#inner(thrown, depth),
    };
  }

  #declared(thrown: Error, message: string): Partial<WireError> {
    const found = declaredToWire(thrown, this.#throws);
    if (found === undefined || !('problem' in found)) return found ?? {};
    return { message: `${message} (${found.problem})` };
  }

  /** The cause, the errors of a group, and the notes, which say what of the group was left out. */
  #inner(thrown: Error, depth: number): Partial<WireError> {
    const { cause, notes, errors } = thrown as Error & Record<string, unknown>;
    const texts = isTexts(notes) ? notes.map(bounded) : [];
    const isInside = depth < DEPTH;
    const wireCause =
      cause === undefined || cause === null || !isInside || this.#left <= 0
        ? undefined
        : this.of(cause, depth + 1);
    if (!Array.isArray(errors)) {
      return {
        ...(wireCause && { cause: wireCause }),
        ...(texts.length > 0 && { notes: texts }),
      };
    }
    const members: WireError[] = [];
    for (const error of isInside ? errors : []) {
      if (this.#left <= 0) break;
      members.push(this.of(error, depth + 1));
    }
    const omitted = errors.length - members.length;
    if (omitted > 0) texts.push(`${omitted} more errors of this group were not sent`);
    return {
      ...(wireCause && { cause: wireCause }),
      errors: members,
      ...(texts.length > 0 && { notes: texts }),
    };
  }
}

function remoteCodeOf(thrown: Error): Partial<WireError> {
  const code: unknown =
    thrown instanceof RemoteError ? thrown.remoteCode : (thrown as { code?: unknown }).code;
  if (typeof code === 'string') return { remoteCode: bounded(code) };
  return isCode(code) ? { remoteCode: code } : {};
}

/** The `details` that an error has of its own. */
function detailsOf(thrown: Error): { details?: unknown } {
  try {
    const { details } = Object.hasOwn(thrown, 'details') ? (thrown as { details?: unknown }) : {};
    return details === undefined ? {} : { details };
  } catch {
    // An accessor may throw; the error itself must cross.
    return {};
  }
}
