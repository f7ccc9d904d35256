/** A class of Python: the interface of its instances, and that of the class itself. */
import { jsdoc } from './jsdoc-text.js';
import { memberText, signatureTexts } from './member-text.js';
import type { ClassDescription, Member } from './model.js';
import type { TypeTexts, World } from './type-text.js';

const STYLE = '<S extends Py.Style = Py.Style>';

export function classText(described: ClassDescription, types: TypeTexts, world: World): string {
  const instance = types.reference(described.id, 'instance') as string;
  const itself = types.reference(described.id, 'itself') as string;
  return `${instanceText(described, { types, world, name: instance })}\n${itselfText(described, types, { instance, itself })}`;
}

interface Naming {
  readonly types: TypeTexts;
  readonly world: World;
  readonly name: string;
}

function instanceText(described: ClassDescription, { types, world, name }: Naming): string {
  const own = (described.members ?? []).filter(isOfInstances);
  const names = new Set(own.map((member) => member.name));
  const bases = (described.bases ?? []).flatMap((base) => {
    const reference = types.reference(base, 'instance');
    if (reference === undefined) return [];
    const inherited = inheritedNames(base, world);
    const hidden = [...inherited].filter((each) => names.has(each)).sort();
    for (const each of inherited) names.add(each);
    if (hidden.length === 0) return [`${reference}<S>`];
    return [`Omit<${reference}<S>, ${hidden.map((each) => JSON.stringify(each)).join(' | ')}>`];
  });
  const lineage = described.lineage.map((each) => JSON.stringify(each)).join(' | ');
  const self = types.instance(described.id);
  const body = own.map((member) => memberText(member, types, self)).join('');
  return (
    `${jsdoc(described.doc)}export interface ${name}${STYLE} extends ${[...bases, 'Py.Object<S>'].join(', ')} {\n` +
    `  readonly '#classes': Py.ClassNames<${lineage}>;\n${body}}\n`
  );
}

/** Of a class and all that it derives from. */
function inheritedNames(id: string, world: World, found = new Set<string>()): Set<string> {
  const described = world.classes.get(id);
  for (const member of described?.members ?? []) if (isOfInstances(member)) found.add(member.name);
  for (const base of described?.bases ?? []) inheritedNames(base, world, found);
  return found;
}

function itselfText(
  described: ClassDescription,
  types: TypeTexts,
  { instance, itself }: { readonly instance: string; readonly itself: string },
): string {
  const { constructors = [], members = [] } = described;
  const own = members.filter((member) => !isOfInstances(member));
  const self = types.instance(described.id);
  const result = `Py.Result<S, ${self}>`;
  const calls = signatureTexts(constructors, types, () => result);
  const ways = calls.length === 0 ? [`(...args: unknown[]): ${result}`] : calls;
  const body = own.map((member) => memberText(member, types, self)).join('');
  const call = ways.map((text) => `  ${text};\n`).join('');
  return `${jsdoc(`The class ${described.id}.`)}export interface ${itself}${STYLE} extends Py.Class<S, ${instance}<S>> {\n${call}${body}}\n`;
}

/** What only the class has: the others are called on instances. */
function isOfInstances({ kind, name }: Member): boolean {
  return kind !== 'static' && kind !== 'class' && name !== '__new__';
}
