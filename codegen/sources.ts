/**
 * Where the members of interfaces, records and errors were declared: a text beside the schema, which it is no part of, for errors about values.
 * Form: ARCHITECTURE.md, "Where it was declared". Read by lib/schema/sources.ts and python/ringsnake/_wire/sources.py.
 */
import { dirname, relative } from 'node:path';
import { dataRecords } from './data-record.js';
import { dataService } from './data-types.js';
import type { Method, Module, Source } from './model.js';
import { onceFor } from './once.js';

const COLUMNS = 96;

/** The files, one a line; then of each definition its name and the lines of its members, in the order of the schema. */
export const sourcesOf = onceFor((module: Module): string => {
  const files = [module.file];
  const rows = [
    ...[...module.services, dataService(module)].map(({ name, methods }) => ({
      name,
      members: methods.map(sourcesIn),
    })),
    ...[...module.records, ...module.errors, ...dataRecords(module)].map(({ name, fields }) => ({
      name,
      members: fields.map(({ documentation }) => [documentation.source]),
    })),
  ].filter(({ members }) => members.length > 0);
  const lines = rows.flatMap(({ name, members }) => wrapped(name, places(members, files)));
  const folder = dirname(module.file);
  return `${[...files.map((file) => shown(file, folder)), ...lines].join('\n')}\n`;
});

type Place = Source | undefined;

/** Of the method and of its parameters, where those stand in lines of their own. */
function sourcesIn({ documentation, parameters }: Method): readonly Place[] {
  const own = documentation.source;
  const others = parameters.map((parameter) => parameter.documentation.source ?? own);
  return others.every((each) => each?.line === own?.line) ? [own] : [own, ...others];
}

/** `12`, `12,13,14`, and before what stands in another file than the last one the number of that: `#1`. */
function places(members: readonly (readonly Place[])[], files: string[]): string[] {
  const words: string[] = [];
  let at = 0;
  for (const [own, ...others] of members) {
    const file = own === undefined ? at : numberOf(own.file, files);
    if (file !== at) words.push(`#${file}`);
    at = file;
    words.push([own, ...others].map((each) => each?.line ?? 0).join(','));
  }
  return words;
}

function numberOf(file: string, files: string[]): number {
  const known = files.indexOf(file);
  return known < 0 ? files.push(file) - 1 : known;
}

/** Lines that go on begin with two blanks, the first with one. */
function wrapped(name: string, words: readonly string[]): string[] {
  const lines = [` ${name}`];
  for (const word of words) {
    const last = lines.length - 1;
    const longer = `${lines[last]} ${word}`;
    if (longer.length <= COLUMNS) lines[last] = longer;
    else lines.push(`  ${word}`);
  }
  return lines;
}

/** From the input's folder; what is in a package, from where packages are. */
function shown(file: string, folder: string): string {
  const inPackage = file.lastIndexOf('/node_modules/');
  const text =
    inPackage < 0 ? relative(folder, file) : file.slice(inPackage + '/node_modules/'.length);
  return text.replaceAll('\\', '/').trim();
}
