/** The generator over files that are only in memory: hundreds of inputs a second, where a run of the command takes one. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ts } from 'ts-morph';
import type { Diagnostic } from '../../codegen/diagnostics.js';
import { emitPython, type PythonFile } from '../../codegen/emit/python.js';
import { emitTypeScript } from '../../codegen/emit/typescript.js';
import { inspect } from '../../codegen/inspect/inspect.js';
import { KeptModules } from '../../codegen/inspect/kept-modules.js';
import { COMPILER_OPTIONS, type Loader, notTooDeep } from '../../codegen/inspect/load.js';
import { root } from '../support/root.js';

/** Where they would be: imports find this package and its dependencies from there. */
const FOLDER = join(root, 'spec', 'codegen', 'in-memory');

const LIBRARY = join(root, 'node_modules/typescript/lib');

const OPTIONS: ts.CompilerOptions = {
  ...COMPILER_OPTIONS,
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')],
};

export interface Generated {
  readonly diagnostics: readonly Diagnostic[];
  /** Undefined where there are errors. */
  readonly typescript: string | undefined;
  readonly python: readonly PythonFile[] | undefined;
  readonly milliseconds: number;
}

const libraries = new Map<string, ts.SourceFile | undefined>();

/** Reads what lies on the disk once. */
function libraryFile(path: string): ts.SourceFile | undefined {
  if (libraries.has(path)) return libraries.get(path);
  const text = existsSync(path) ? ts.sys.readFile(path) : undefined;
  const options: ts.CreateSourceFileOptions = {
    languageVersion: ts.ScriptTarget.ES2022,
    impliedNodeFormat: ts.ModuleKind.ESNext,
  };
  const file = text === undefined ? undefined : ts.createSourceFile(path, text, options, true);
  libraries.set(path, file);
  return file;
}

export class MemoryProgram {
  readonly #loader: Loader;

  /** Files by name, all of one program. */
  constructor(files: Readonly<Record<string, string>>) {
    const texts = new Map(Object.entries(files).map(([name, text]) => [join(FOLDER, name), text]));
    const host = ts.createCompilerHost(OPTIONS, true);
    // The copy in ts-morph is in its memory.
    host.getDefaultLibLocation = () => LIBRARY;
    host.getDefaultLibFileName = (options) => join(LIBRARY, ts.getDefaultLibFileName(options));
    const { fileExists, readFile, directoryExists } = host;
    host.fileExists = (path) => texts.has(path) || fileExists(path);
    host.readFile = (path) => texts.get(path) ?? readFile(path);
    host.directoryExists = (path) => FOLDER.startsWith(path) || directoryExists?.(path) === true;
    host.getSourceFile = (path, options) => {
      const text = texts.get(path);
      return text === undefined
        ? libraryFile(path)
        : ts.createSourceFile(path, text, options, true);
    };
    let program: ts.Program | undefined;
    const load: Loader['load'] = (paths, report) => {
      const loaded = notTooDeep(paths, () => {
        program ??= ts.createProgram([...texts.keys()], OPTIONS, host);
        return { program, checker: program.getTypeChecker(), diagnostics: [] };
      });
      loaded.diagnostics.forEach(report);
      return 'program' in loaded ? [{ ...loaded, files: paths }] : [];
    };
    this.#loader = { load, kept: new KeptModules() } as Loader;
  }

  /** Reads and compiles, so that it counts for none of the files. */
  open(): this {
    this.#loader.load([], () => undefined);
    return this;
  }

  /** Whatever the generator makes of one of the files. Throws where the generator does. */
  generate(name: string): Generated {
    const path = join(FOLDER, name);
    const start = process.cpuUsage();
    const { modules, diagnostics } = inspect([path], this.#loader);
    const failed = diagnostics.some(({ severity }) => severity === 'error');
    const [module] = failed ? [] : modules;
    const typescript = module && emitTypeScript(module, join(FOLDER, 'out', 'api.gen.ts'));
    const python = module && emitPython(module);
    return { diagnostics, typescript, python, milliseconds: cpuMilliseconds(start) };
  }
}

/** Of this process since then: other work on the machine does not count. */
export function cpuMilliseconds(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** Where TypeScript itself cannot read a text. */
export function syntaxProblems(text: string): string[] {
  const { diagnostics = [] } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    reportDiagnostics: true,
  });
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}
