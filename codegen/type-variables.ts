/** Type parameters of methods: their values describe themselves on the wire, and signatures keep their names. */
import type { Method, ResultType, Type } from './model.js';
import { partsOf, withParts } from './parts.js';

/** One that signatures name twice says that two types are the same; one that they name once says nothing. */
export function withVariables(method: Omit<Method, 'variables'>): Method {
  const named = [...method.parameters.map(({ type }) => type), method.result].flatMap(variablesOf);
  const variables = [...new Set(named.filter((name, index) => named.indexOf(name) !== index))];
  const keep = new Set(variables);
  const parameters = method.parameters.map((slot) => ({
    ...slot,
    type: withoutVariables(slot.type, keep),
  }));
  return { ...method, variables, parameters, result: withoutVariables(method.result, keep) };
}

/** The same type, in which all variables but `keep` are `unknown`. */
export function withoutVariables<T extends ResultType>(
  type: T,
  keep: ReadonlySet<string> = new Set(),
): T {
  if (type.kind === 'unknown')
    return (keep.has(type.variable ?? '') ? type : { kind: 'unknown' }) as T;
  if (type.kind === 'function') {
    const parameters = type.parameters.map((slot) => ({
      ...slot,
      type: withoutVariables(slot.type, keep),
    }));
    return { ...type, parameters, result: withoutVariables(type.result, keep) };
  }
  // These have functions of their own, which know no variables.
  const inside = type.kind === 'tuple' || type.kind === 'union' ? new Set<string>() : keep;
  return withParts(type, (part: Type) => withoutVariables(part, inside)) as T;
}

function variablesOf(type: ResultType): string[] {
  if (type.kind === 'unknown') return type.variable === undefined ? [] : [type.variable];
  if (type.kind === 'tuple' || type.kind === 'union') return [];
  const parts =
    type.kind === 'function'
      ? [...type.parameters.map((slot) => slot.type), type.result]
      : partsOf(type);
  return parts.flatMap(variablesOf);
}
