/** What was lowered → the module, in an order that depends on the declarations alone. */
import { ts } from 'ts-morph';
import type { Module, Service } from '../model.js';
import { hasTag } from './documentation.js';
import type { ModuleInspection } from './module-inspection.js';
import { renamedInPython } from './python-name.js';
import { baseOf } from './record-base.js';

export interface LoweredService {
  readonly symbol: ts.Symbol;
  readonly service: Service;
}

/** The input's own types in declaration order, then the imported ones by name. */
export function assemble(
  input: ts.SourceFile,
  services: readonly LoweredService[],
  inspection: ModuleInspection,
): Module {
  const sorted = <T extends { name: string; declaration: ts.Node }>(types: readonly T[]) => {
    const isOwn = ({ declaration }: T) => declaration.getSourceFile() === input;
    const own = types.filter(isOwn);
    const imported = types.filter((type) => !isOwn(type));
    own.sort((a, b) => a.declaration.pos - b.declaration.pos);
    imported.sort((a, b) => (a.name < b.name ? -1 : 1));
    return [...own, ...imported];
  };
  const renamed = <T extends { name: string; declaration: ts.Node }>({
    declaration,
    ...type
  }: T): Omit<T, 'declaration'> => ({ ...type, ...nameInPython(type, declaration, inspection) });
  const bases = new Map(
    [...inspection.recordTypes].map(([type, record]) => [
      record.name,
      baseOf(type, record, inspection),
    ]),
  );
  return {
    file: input.fileName,
    services: services.map(({ symbol, service }) => {
      const [declaration] = symbol.declarations ?? [];
      const byReference = inspection.objects.has(symbol);
      return { ...service, ...nameInPython(service, declaration, inspection), byReference };
    }),
    records: sorted(inspection.records).map((record) => ({
      ...renamed(record),
      // One that was taken over has had its own.
      base: bases.has(record.name) ? bases.get(record.name) : record.base,
    })),
    errors: sorted(inspection.errors).map(renamed),
    enums: sorted(inspection.enums).map((each) => ({
      ...renamed(each),
      ...(hasTag(each.declaration, 'open') ? { open: true } : {}),
    })),
    aliases: sorted(inspection.aliases).map(renamed),
  };
}

/** Of `@py`. An instance of a generic type keeps its own ending: `PageOfUser` of a page called `Seite` is `SeiteOfUser`. */
function nameInPython(
  { name }: { readonly name: string },
  declaration: ts.Node | undefined,
  inspection: ModuleInspection,
): { pythonName?: string } {
  const wanted = declaration && renamedInPython(inspection, declaration);
  if (wanted === undefined) return {};
  const declared = ts.getNameOfDeclaration(declaration as ts.Declaration)?.getText() ?? name;
  return { pythonName: name.startsWith(declared) ? wanted + name.slice(declared.length) : wanted };
}
