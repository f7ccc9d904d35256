/** Rules about a whole module, checked when all of it is known. */
import { type Diagnostic, diagnostic } from '../diagnostics.js';
import type { Module, RecordDefinition, ResultType } from '../model.js';
import { pythonTypeName, snakeCase } from '../names.js';
import { partsOf } from '../parts.js';
import { type GrowingRecord, type ModuleInspection, nameNode } from './module-inspection.js';
import { positionOf } from './position.js';

export function checkModule(module: Module, inspection: ModuleInspection): Diagnostic[] {
  return [
    ...endlessRecords(inspection),
    ...generatedNames(module, inspection),
    ...hiddenTypes(inspection),
    ...operatorNames(module, inspection),
    ...serviceNames(module, inspection),
    ...typesInPython(module, inspection),
    ...awaitedNames(module, inspection),
    ...dataOfServices(module, inspection),
    ...strandedSignals(module, inspection),
  ];
}

/** A record that requires another of itself can never be made. */
function endlessRecords(inspection: ModuleInspection): Diagnostic[] {
  const records = new Map(inspection.records.map((record) => [record.name, record]));
  const aliases = new Map(inspection.aliases.map((alias) => [alias.name, alias.type]));
  const required = (record: RecordDefinition) =>
    record.fields.flatMap(({ name, type, optional }) => {
      const held = type.kind === 'alias' ? aliases.get(type.name) : type;
      return held?.kind === 'record' && !optional ? [{ name, target: held.name }] : [];
    });
  const pathBack = (start: GrowingRecord): string | undefined => {
    const seen = new Set<string>();
    const visit = (record: RecordDefinition, path: readonly string[]): string | undefined => {
      for (const { name, target } of required(record)) {
        const here = [...path, `${record.name}.${name}`];
        if (target === start.name) return here.join(' -> ');
        if (seen.has(target)) continue;
        seen.add(target);
        const next = records.get(target);
        const found = next && visit(next, here);
        if (found !== undefined) return found;
      }
      return undefined;
    };
    return visit(start, []);
  };
  const reported = new Set<string>();
  return inspection.records.flatMap((record) => {
    const path = pathBack(record);
    // A cycle of several records is one mistake.
    if (path === undefined || reported.has(record.name)) return [];
    for (const step of path.split(' -> ')) reported.add(step.replace(/\..*/, ''));
    const position = positionOf(nameNode(record.declaration));
    return [diagnostic('RSG145', [record.name, path], { position })];
  });
}

function namedTypes({ records, errors, enums, aliases }: ModuleInspection) {
  return [...records, ...errors, ...enums, ...aliases];
}

/** The author's types may not have the names of generated classes. */
function generatedNames(module: Module, inspection: ModuleInspection): Diagnostic[] {
  const generated = new Map(
    module.services.flatMap(({ name }) => [
      [`${name}Client`, name],
      [`${name}SyncClient`, name],
      [`${name}Server`, name],
    ]),
  );
  return namedTypes(inspection).flatMap(({ name, declaration }) => {
    const service = generated.get(name);
    if (service === undefined) return [];
    const why = `a class generated for \`${service}\` has it`;
    const position = positionOf(nameNode(declaration));
    return [diagnostic('RSG169', [name, why], { position })];
  });
}

/** Words that a type may begin with: what follows is then read as a part of it. */
const OPERATORS: ReadonlySet<string> = new Set(
  'abstract asserts infer keyof readonly unique'.split(' '),
);

function operatorNames({ services }: Module, inspection: ModuleInspection): Diagnostic[] {
  const places = [
    ...services.map(({ name }) => ({ name, place: inspection.serviceAt(name) })),
    ...namedTypes(inspection).map(({ name, declaration }) => ({
      name,
      place: { position: positionOf(nameNode(declaration)) },
    })),
  ];
  return places.flatMap(({ name, place }) =>
    OPERATORS.has(name)
      ? [diagnostic('RSG169', [name, 'types of TypeScript may begin with that word'], place)]
      : [],
  );
}

/** Inside a Python class body a member hides the type of the same name, which annotations then miss. */
function hiddenTypes(inspection: ModuleInspection): Diagnostic[] {
  return namedTypes(inspection).flatMap(({ name, declaration }) => {
    const member = inspection.memberNames.get(pythonTypeName(name));
    if (member === undefined) return [];
    const why = `in Python the member \`${member}\` would hide it; types begin with a capital letter`;
    const position = positionOf(nameNode(declaration));
    return [diagnostic('RSG169', [name, why], { position })];
  });
}

/** A service is not sent, so nothing would bring its data. */
function dataOfServices({ services }: Module, inspection: ModuleInspection): Diagnostic[] {
  return services.flatMap(({ name, data, byReference }) => {
    const [first] = data;
    if (byReference || first === undefined) return [];
    return [diagnostic('RSG179', [name, first.name], inspection.serviceAt(name))];
  });
}

/** What is to come is a promise of an object and the object: its methods must not be the promise's. */
function awaitedNames(module: Module, inspection: ModuleInspection): Diagnostic[] {
  const objects = module.services.filter(({ byReference }) => byReference);
  return objects.flatMap((object) =>
    [...object.methods, ...object.data]
      .filter(({ name }) => name === 'catch' || name === 'finally')
      .map(({ name }) => {
        const why = 'a promise has a method of that name';
        return diagnostic('RSG169', [name, why], inspection.serviceAt(object.name));
      }),
  );
}

/** A signal stops the call whose argument has it; anywhere else it would be lost. */
function strandedSignals(module: Module, inspection: ModuleInspection): Diagnostic[] {
  const having = inspection.records.filter(({ signal }) => signal !== undefined);
  if (having.length === 0) return [];
  const elsewhere = new Set<string>();
  const visit = (type: ResultType): void => {
    if (type.kind === 'record') elsewhere.add(type.name);
    else if (type.kind === 'function') {
      for (const { type: taken } of type.parameters) visit(taken);
      visit(type.result);
    } else partsOf(type).forEach(visit);
  };
  for (const { fields, extra } of [...module.records, ...module.errors]) {
    for (const { type } of fields) visit(type);
    if (extra !== undefined) visit(extra.value);
  }
  for (const { type } of module.aliases) visit(type);
  for (const { parameters, result } of module.services.flatMap(({ methods }) => methods)) {
    visit(result);
    for (const { type } of parameters) if (type.kind !== 'record') visit(type);
  }
  return having.flatMap(({ name, signal, declaration }) => {
    if (!elsewhere.has(name)) return [];
    const position = positionOf(nameNode(declaration));
    return [diagnostic('RSG150', [`${name}.${signal}`], { position })];
  });
}

/** Each has a Python name of its own; those of `@py` are not those of what is generated. */
function typesInPython(
  { services, records, errors, enums, aliases }: Module,
  inspection: ModuleInspection,
): Diagnostic[] {
  const types = [...services, ...records, ...errors, ...enums, ...aliases];
  const generated = new Map(
    services.flatMap(({ name, pythonName = name }) =>
      ['Client', 'SyncClient', 'Server'].map((suffix) => [pythonName + suffix, name] as const),
    ),
  );
  const owners = new Map<string, string>();
  // Of two the one that was renamed is at fault.
  const [asTheyAre, renamed] = [false, true].map((is) =>
    types.filter(({ pythonName }) => (pythonName !== undefined) === is),
  ) as [typeof types, typeof types];
  return [...asTheyAre, ...renamed].flatMap(({ name, pythonName: wanted }) => {
    const pythonName = wanted ?? pythonTypeName(name);
    const other = owners.get(pythonName) ?? (wanted && generated.get(wanted));
    owners.set(pythonName, name);
    if (other === undefined) return [];
    const declared = namedTypes(inspection).find((type) => type.name === name)?.declaration;
    const place = declared && { position: positionOf(nameNode(declared)) };
    return [diagnostic('RSG168', [other, name, pythonName], place ?? inspection.serviceAt(name))];
  });
}

function serviceNames(module: Module, inspection: ModuleInspection): Diagnostic[] {
  const taken = new Map<string, string>();
  return module.services.flatMap(({ name, pythonName = name }) => {
    const python = `${snakeCase(pythonName)}_definition`;
    const other = taken.get(python);
    taken.set(python, name);
    if (other === undefined) return [];
    return [diagnostic('RSG168', [other, name, python], inspection.serviceAt(name))];
  });
}
