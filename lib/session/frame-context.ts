/** The context of a call as it crosses, in front of the arguments. Normative: spec/wire/frame.md §6. Twin: python/ringsnake/_session/frame_context.py. */
import type { Metadata } from './call-options.js';

/** What is left of the caller's time, and its metadata. */
export interface FrameContext {
  /** Milliseconds, as they were when the call was sent; undefined: no limit. */
  readonly timeout: number | undefined;
  readonly metadata: Metadata;
}

export const NO_METADATA: Metadata = Object.freeze({});

/** As a value. */
export function contextToWire({ timeout, metadata }: FrameContext): unknown {
  return [timeout ?? null, metadata === NO_METADATA ? null : metadata];
}

/** Of what arrived: what is ill-formed counts as not given. */
export function contextFromWire(value: unknown): FrameContext {
  const [timeout, metadata] = Array.isArray(value) ? (value as unknown[]) : [];
  return {
    timeout: typeof timeout === 'number' && timeout >= 0 ? timeout : undefined,
    metadata: isPlain(metadata) ? metadata : NO_METADATA,
  };
}

function isPlain(value: unknown): value is Metadata {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
