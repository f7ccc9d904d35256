import { DecodeError, EncodeError, ValidationError } from '../errors.js';
import { explain, type Refused } from './explain.js';

/** Gives an error about a value its full path, such as `centroid(points[0].x)`; a DecodeError gets the place in front. */
export function located(
  error: unknown,
  place: (path: string) => string,
  refused?: Refused,
): unknown {
  if (error instanceof ValidationError) {
    const { source, others } = refused === undefined ? NOTHING : explain(error, refused);
    const placed = others.map((each) => ({ ...each, path: place(each.path) }));
    return error.locate(place(error.path)).explain(source, placed);
  }
  if (error instanceof EncodeError) return error.locate(place(error.path));
  if (error instanceof DecodeError) error.message = `${place('')}: ${error.message}`;
  if (error instanceof RangeError && /call stack/.test(error.message)) {
    const actual = 'one that contains itself or is nested too deeply';
    return new ValidationError('a value of bounded depth', actual, place(''));
  }
  return error;
}

const NOTHING = { source: undefined, others: [] } as const;
