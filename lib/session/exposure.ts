/** What errors tell the other side. Normative: spec/wire/frame.md §5. Twin: python/ringsnake/_session/exposure.py. */
import type { WireError } from './wire-error.js';

/** All of an error; its class and message; or its class alone. */
export type Exposure = 'full' | 'message' | 'type';

export const EXPOSURES: readonly Exposure[] = ['full', 'message', 'type'];

const HIDDEN = '(its message is not shown)';

/** What may be told of it. What the interface declares may, and what ringsnake says, but for previews of values. */
export function exposed(error: WireError, exposure: Exposure): WireError {
  if (exposure === 'full') return error;
  const { code, type, message, path, expected, actual, source, declared, fields } = error;
  const isShown = exposure === 'message' || declared !== undefined || code !== 'RS_REMOTE';
  return {
    code,
    type,
    message: isShown ? message : HIDDEN,
    traceback: '',
    ...(path !== undefined && { path }),
    ...(expected !== undefined && { expected }),
    ...(actual !== undefined && { actual: exposure === 'message' ? actual : 'another value' }),
    ...(source !== undefined && { source }),
    ...(error.problems !== undefined && exposure === 'message' && { problems: error.problems }),
    ...(declared !== undefined && { declared }),
    ...(fields !== undefined && { fields }),
  };
}
