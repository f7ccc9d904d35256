/** Input files → the files to generate from them, or the diagnostics that prevent it. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Diagnostic, diagnostic } from './diagnostics.js';
import { emitPython, pythonFileName } from './emit/python.js';
import { HEADER_START, stemOf } from './emit/text.js';
import { emitTypeScript, typescriptFileName } from './emit/typescript.js';
import type { Module } from './model.js';
import type { Output } from './outputs.js';

export interface InterfaceRequest {
  /** Absolute paths of TypeScript files. */
  readonly inputs: readonly string[];
  /** Absolute directories. */
  readonly outTs: string;
  readonly outPy: string;
}

export interface InterfaceOutputs {
  /** Empty where there are diagnostics: all or nothing. */
  readonly outputs: readonly Output[];
  readonly diagnostics: readonly Diagnostic[];
}

export async function generateInterfaces(request: InterfaceRequest): Promise<InterfaceOutputs> {
  const inputs = [...new Set(request.inputs)];
  const problems = inputs.flatMap(inputProblem);
  const usable = inputs.filter((file) => inputProblem(file).length === 0);
  // Only here: the compiler takes a quarter of a second to load, and help needs none.
  const { inspect } = await import('./inspect/inspect.js');
  const { modules, diagnostics } = inspect(usable);
  const emitted = modules.map((module) => ({
    module,
    paths: [
      join(request.outTs, typescriptFileName(module)),
      join(request.outPy, pythonFileName(module)),
    ],
  }));
  const found = [...problems, ...diagnostics, ...sameOutputs(emitted), ...foreign(emitted)];
  if (found.length > 0) return { outputs: [], diagnostics: found };
  const outputs = emitted.flatMap(({ module, paths: [ts = '', py = ''] }) => [
    { path: ts, text: emitTypeScript(module, ts) },
    { path: py, text: emitPython(module) },
  ]);
  return { outputs, diagnostics: [] };
}

function inputProblem(file: string): Diagnostic[] {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isFile()) return [diagnostic('RSG101', [file])];
  return /\.[cm]?ts$/.test(file) && stemOf(file) !== '' ? [] : [diagnostic('RSG105', [file])];
}

interface Emitted {
  readonly module: Module;
  readonly paths: readonly string[];
}

function sameOutputs(emitted: readonly Emitted[]): Diagnostic[] {
  const owners = new Map<string, string>();
  return emitted.flatMap(({ module, paths }) => {
    const path = paths.find((candidate) => owners.has(candidate));
    for (const candidate of paths) owners.set(candidate, owners.get(candidate) ?? module.file);
    if (path === undefined) return [];
    return [diagnostic('RSG107', [owners.get(path) ?? '', module.file, path])];
  });
}

/** Somebody else's file is not overwritten. */
function foreign(emitted: readonly Emitted[]): Diagnostic[] {
  return emitted
    .flatMap(({ paths }) => paths)
    .filter((path) => {
      if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
      const [first = ''] = readFileSync(path, 'utf8').split('\n', 1);
      return first !== '' && !first.includes(HEADER_START);
    })
    .map((path) => diagnostic('RSG106', [path]));
}
