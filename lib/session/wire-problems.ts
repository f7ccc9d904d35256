/** What else is wrong with a value, as it crosses with the first. Normative: spec/wire/frame.md §5. Twin: python/ringsnake/_session/wire_problems.py. */
import type { ValidationError, ValidationProblem } from '../errors.js';
import { bounded, string, type WireError } from './wire-error.js';

/** Of what a peer sends, so many are kept. */
const PROBLEMS_READ_MAX = 16;

export function problemsToWire({
  source,
  problems,
}: ValidationError): Pick<WireError, 'source' | 'problems'> {
  const others = problems.slice(1).map((each) => ({
    path: bounded(each.path),
    expected: bounded(each.expected),
    actual: bounded(each.actual),
    ...(each.source !== undefined && { source: each.source }),
  }));
  return {
    ...(source !== undefined && { source }),
    ...(others.length > 0 && { problems: others }),
  };
}

/** What does not look like one is left out. */
export function problemsFromWire(value: unknown): ValidationProblem[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, PROBLEMS_READ_MAX).flatMap((each: unknown) => {
    if (typeof each !== 'object' || each === null) return [];
    const { path, expected, actual, source } = each as Record<string, unknown>;
    return [
      {
        path: string(path),
        expected: string(expected),
        actual: string(actual),
        source: sourceFromWire(source),
      },
    ];
  });
}

export function sourceFromWire(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
