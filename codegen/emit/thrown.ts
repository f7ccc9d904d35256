/** Which errors generated code describes. */
import type { ErrorDefinition, Module } from '../model.js';

/** Those that a method declares; a class above one of them may be known for its name alone. */
export function thrownErrors({ services, errors }: Module): ErrorDefinition[] {
  const names = new Set(services.flatMap(({ methods }) => methods.flatMap(({ throws }) => throws)));
  return errors.filter(({ name }) => names.has(name));
}
