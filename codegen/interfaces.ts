/** Input files → models, and the files to generate from them, or the diagnostics that prevent it. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Diagnostic, diagnostic, type Position } from './diagnostics.js';
import { emitPython, OPTIONAL_FILES, pythonPackageName } from './emit/python.js';
import { HEADER_START, stemOf } from './emit/text.js';
import { emitTypeScript, typescriptFileName } from './emit/typescript.js';
import type { Loader } from './inspect/load.js';
import type { Module } from './model.js';
import type { Output } from './outputs.js';

export interface InspectionRequest {
  /** Absolute paths of TypeScript files. */
  readonly inputs: readonly string[];
  /** Where a configuration names an input. */
  readonly places?: ReadonlyMap<string, Position>;
  /** Keeps what was read, for the next time. */
  readonly loader?: Loader;
}

export interface Inspection {
  readonly modules: readonly Module[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface InterfaceRequest extends InspectionRequest {
  /** Absolute directories. */
  readonly outTs: string;
  readonly outPy: string;
  /** A comment below the first line of each file. */
  readonly header?: string;
}

export interface InterfaceOutputs {
  /** Empty where there are errors: all or nothing. */
  readonly outputs: readonly Output[];
  readonly diagnostics: readonly Diagnostic[];
}

export async function inspectInterfaces(request: InspectionRequest): Promise<Inspection> {
  const inputs = [...new Set(request.inputs)];
  const problems = new Map(inputs.map((file) => [file, inputProblem(file, request)]));
  const usable = inputs.filter((file) => problems.get(file)?.length === 0);
  // Only here: the compiler takes a quarter of a second to load, and help needs none.
  const { inspect } = await import('./inspect/inspect.js');
  const { modules, diagnostics } = inspect(usable, request.loader);
  return { modules, diagnostics: [...[...problems.values()].flat(), ...diagnostics] };
}

export async function generateInterfaces(request: InterfaceRequest): Promise<InterfaceOutputs> {
  const { modules, diagnostics } = await inspectInterfaces(request);
  const emitted = modules.map((module): Emitted => {
    const path = join(request.outTs, typescriptFileName(module));
    const text = withHeader(emitTypeScript(module, path), request.header, '//');
    return { module, outputs: [{ path, text }, ...pythonOutputs(module, request)] };
  });
  const found = [...diagnostics, ...sameOutputs(emitted), ...foreign(emitted)];
  if (found.some(({ severity }) => severity === 'error'))
    return { outputs: [], diagnostics: found };
  return { outputs: emitted.flatMap(({ outputs }) => outputs), diagnostics: found };
}

/** A package, and no more what was generated there before it. */
function pythonOutputs(module: Module, { outPy, header }: InterfaceRequest): Output[] {
  const folder = join(outPy, pythonPackageName(module));
  const files = emitPython(module).map(({ name, text }) => ({
    path: join(folder, name),
    text: withHeader(text, header, '#'),
    folder,
  }));
  const paths = new Set(files.map(({ path }) => path));
  // Versions before this one generated a module of that name.
  const former = [hiddenModule(folder), ...OPTIONAL_FILES.map((name) => join(folder, name))]
    .filter((path) => !paths.has(path) && isGenerated(path) === true)
    .map((path) => ({ path, text: undefined }));
  return [...files, ...former];
}

/** The first line stays: by it the generator knows its own files again. */
function withHeader(text: string, header: string | undefined, sign: string): string {
  const lines = header?.trim().split(/\r\n|[\n\r\u2028\u2029]/) ?? [''];
  if (lines.join('') === '') return text;
  const comment = lines.map((line) => `${sign} ${line}`.trimEnd());
  const end = text.indexOf('\n') + 1;
  return `${text.slice(0, end)}${comment.join('\n')}\n${text.slice(end)}`;
}

function inputProblem(file: string, { places }: InspectionRequest): Diagnostic[] {
  const place = { position: places?.get(file) };
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isFile()) return [diagnostic('RSG101', [file], place)];
  const isTypeScript = /\.[cm]?ts$/.test(file) && stemOf(file) !== '';
  return isTypeScript ? [] : [diagnostic('RSG105', [file], place)];
}

interface Emitted {
  readonly module: Module;
  readonly outputs: readonly Output[];
}

function sameOutputs(emitted: readonly Emitted[]): Diagnostic[] {
  const owners = new Map<string, string>();
  return emitted.flatMap(({ module, outputs }) => {
    const places = outputs.map(({ path, folder }) => folder ?? path);
    const place = places.find((candidate) => owners.has(candidate));
    for (const candidate of places) owners.set(candidate, owners.get(candidate) ?? module.file);
    if (place === undefined) return [];
    return [diagnostic('RSG107', [owners.get(place) ?? '', module.file, place])];
  });
}

/** What Python would not find any more beside a package. */
function hiddenModule(folder: string): string {
  return `${folder}.py`;
}

/** Somebody else's file is neither overwritten nor hidden. */
function foreign(emitted: readonly Emitted[]): Diagnostic[] {
  const paths = emitted.flatMap(({ outputs }) =>
    outputs.flatMap(({ path, folder }) =>
      folder === undefined ? [path] : [path, hiddenModule(folder)],
    ),
  );
  return [...new Set(paths)]
    .filter((path) => isGenerated(path) === false)
    .map((path) => diagnostic('RSG106', [path]));
}

/** Undefined where there is no such file, or nothing in it. */
function isGenerated(path: string): boolean | undefined {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
  const [first = ''] = beginningOf(path).split('\n', 1);
  return first === '' ? undefined : first.includes(HEADER_START);
}

/** What it holds may be megabytes. */
function beginningOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(1024);
    return bytes.toString('utf8', 0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}
