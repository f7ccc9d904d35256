/** What objects by reference say of themselves, as the records that it is on the wire. */
import type { Module, RecordDefinition, Service } from './model.js';

/** Undefined: nothing. Errors and the places of declarations know it by this name. */
export function dataRecord({ name, data, documentation }: Service): RecordDefinition | undefined {
  if (data.length === 0) return undefined;
  return {
    name: `${name}.data`,
    origin: undefined,
    fields: data,
    extra: undefined,
    documentation,
  };
}

export function dataRecords({ services }: Module): RecordDefinition[] {
  return services.map(dataRecord).filter((record) => record !== undefined);
}
