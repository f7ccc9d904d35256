/** Of files that declare data and no service: the types that have a codec. */
import type { AliasDefinition, Method, Module, Origin, Service, Type } from './model.js';
import { onceFor } from './once.js';

export interface DataType {
  readonly name: string;
  readonly type: Type;
}

/** No type of an author's is called so. */
const NAME = '$types';

/** Those that the file exports; none of one with services. */
export function dataTypes({ services, records, aliases, enums }: Module): readonly DataType[] {
  if (services.length > 0) return [];
  return [
    ...records
      .filter(isExported)
      .map(({ name }) => ({ name, type: { kind: 'record', name } }) as const),
    ...aliases.filter(isExported).map((alias) => ({ name: alias.name, type: wholeType(alias) })),
    ...enums.filter(isExported).map(({ name, open }) => {
      const type = { kind: 'enum', name, members: undefined, ...(open && { open }) } as const;
      return { name, type };
    }),
  ];
}

/** With what it has besides. */
function wholeType({ name, besides }: AliasDefinition): Type {
  const alias = { kind: 'alias', name } as const;
  if (besides === undefined) return alias;
  const inner = besides === 'undefined' ? alias : ({ kind: 'nullable', inner: alias } as const);
  return besides === 'null' ? inner : { kind: 'undefinable', inner };
}

function isExported({ origin }: { readonly origin: Origin | undefined }): boolean {
  return origin !== undefined;
}

/** An interface with a method for each, which returns it: its schema and its sources are those of the types. */
export const dataService = onceFor((module: Module): Service => {
  const { records, aliases, enums } = module;
  const declared = new Map([...records, ...aliases, ...enums].map((each) => [each.name, each]));
  const methods = dataTypes(module).flatMap(({ name, type }): Method[] => {
    const documentation = declared.get(name)?.documentation ?? NOTHING_SAID;
    return [{ ...METHOD, name, property: name, pythonName: name, result: type, documentation }];
  });
  const origin = { file: module.file };
  return { name: NAME, origin, methods, data: [], byReference: false, documentation: NOTHING_SAID };
});

const METHOD = { variables: [], parameters: [], signal: undefined, throws: [] } as const;
const NOTHING_SAID = {
  summary: '',
  parameters: [],
  returns: '',
  throws: [],
  deprecated: undefined,
} as const;
