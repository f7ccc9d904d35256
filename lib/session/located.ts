import { DecodeError, EncodeError, ValidationError } from '../errors.js';

/** Gives an error about a value its full path, such as `centroid(points[0].x)`; a DecodeError gets the place in front. */
export function located(error: unknown, place: (path: string) => string): unknown {
  if (error instanceof ValidationError || error instanceof EncodeError)
    return error.locate(place(error.path));
  if (error instanceof DecodeError) error.message = `${place('')}: ${error.message}`;
  if (error instanceof RangeError && /call stack/.test(error.message)) {
    const actual = 'one that contains itself or is nested too deeply';
    return new ValidationError('a value of bounded depth', actual, place(''));
  }
  return error;
}
