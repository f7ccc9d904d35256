/** Which record of the module another one extends. */
import type { ts } from 'ts-morph';
import type { RecordDefinition } from '../model.js';
import type { ModuleInspection } from './module-inspection.js';

/**
 * The nearest record above it that has a part of its fields, as they are. Undefined where there is none: its class in Python then stands alone, as
 * one does that extends several, because the instances of such classes could not have slots.
 */
export function baseOf(
  type: ts.Type,
  record: RecordDefinition,
  inspection: ModuleInspection,
): string | undefined {
  // What an instance of a generic type extends, the checker tells of the type alone, of whatever its parameters are.
  if (!type.isClassOrInterface() || type.typeParameters !== undefined) return undefined;
  const [above, second] = inspection.checker.getBaseTypes(type);
  if (above === undefined || second !== undefined) return undefined;
  const base = inspection.recordOf(above, above.symbol);
  if (base !== undefined && isPart(base, record)) return base.name;
  return baseOf(above, record, inspection);
}

function isPart(base: RecordDefinition, { fields, extra }: RecordDefinition): boolean {
  const own = new Map(fields.map((field) => [field.name, field]));
  const hasFields = base.fields.every((field) => {
    const { type, pythonName, optional, default: value } = own.get(field.name) ?? {};
    return (
      pythonName === field.pythonName &&
      optional === field.optional &&
      value === field.default &&
      JSON.stringify(type) === JSON.stringify(field.type)
    );
  });
  return (
    hasFields && (base.extra === undefined || JSON.stringify(base.extra) === JSON.stringify(extra))
  );
}
