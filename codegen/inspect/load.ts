/** From paths to a compiled program: finds the author's tsconfig.json, forces strictness, keeps the rest. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Project, ts } from 'ts-morph';
import { type Diagnostic, diagnostic } from '../diagnostics.js';
import { Compilation } from './compilation.js';
import { type Dependencies, dependenciesOf } from './dependencies.js';
import { KeptModules } from './kept-modules.js';

/** Input files that share a configuration, compiled together. */
export interface Program {
  readonly files: readonly string[];
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
}

/** What `undefined` and `null` mean must not depend on the author's configuration. */
const FORCED: ts.CompilerOptions = {
  strict: true,
  strictNullChecks: true,
  noImplicitAny: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  skipLibCheck: true,
};

/** Where there is no configuration. */
const DEFAULTS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
};

/** What inputs without a configuration are compiled with. */
export const COMPILER_OPTIONS: ts.CompilerOptions = { ...DEFAULTS, ...FORCED };

/** Compiles input files; what it has read, it keeps until it is told to look again. */
export class Loader {
  readonly kept = new KeptModules();
  readonly #compilations = new Map<string | undefined, Compilation>();
  /** Also those that cannot be used. */
  readonly #configs = new Set<string>();

  load(files: readonly string[], report: (found: Diagnostic) => void): Program[] {
    const groups = new Map<string | undefined, string[]>();
    for (const file of files) {
      const config = nearestConfig(dirname(file));
      groups.set(config, [...(groups.get(config) ?? []), file]);
    }
    const programs: Program[] = [];
    for (const [config, members] of groups) {
      if (config !== undefined) this.#configs.add(config);
      const problem = config === undefined ? undefined : configProblem(config);
      if (config !== undefined && problem !== undefined) {
        report(diagnostic('RSG108', [config, problem]));
      } else {
        const compiled = notTooDeep(members, () => ({
          program: this.#compile(members, config),
          diagnostics: [],
        }));
        if ('program' in compiled) programs.push(compiled.program);
        else this.#compilations.delete(config);
        compiled.diagnostics.forEach(report);
      }
    }
    return programs;
  }

  #compile(files: readonly string[], config: string | undefined): Program {
    const compilation = this.#compilations.get(config) ?? new Compilation(createProject(config));
    this.#compilations.set(config, compilation);
    const program = compilation.compile(files);
    return { files, program, checker: program.getTypeChecker() };
  }

  /** Reads files again. Returns those that changed. */
  refresh(files: Iterable<string>): string[] {
    const compilations = [...this.#compilations.values()];
    return [...files].filter(
      (file) => compilations.filter((compilation) => compilation.refresh(file)).length > 0,
    );
  }

  /** What the result depends on. */
  dependencies(): Dependencies {
    const programs = [...this.#compilations.values()].flatMap(({ program }) => program ?? []);
    return dependenciesOf(programs, [...this.#configs]);
  }
}

/** The compiler goes down as deep as its input does. */
export function notTooDeep<T extends { readonly diagnostics: readonly Diagnostic[] }>(
  files: readonly string[],
  work: () => T,
): T | { readonly diagnostics: readonly Diagnostic[] } {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const diagnostics = files.map((file) =>
      diagnostic('RSG119', [], { position: { file, line: 1, column: 1 } }),
    );
    return { diagnostics };
  }
}

function createProject(config: string | undefined): Project {
  return new Project({
    ...(config === undefined ? {} : { tsConfigFilePath: config }),
    skipAddingFilesFromTsConfig: true,
    compilerOptions: config === undefined ? COMPILER_OPTIONS : FORCED,
  });
}

function nearestConfig(folder: string): string | undefined {
  const candidate = join(folder, 'tsconfig.json');
  if (existsSync(candidate)) return candidate;
  const parent = dirname(folder);
  return parent === folder ? undefined : nearestConfig(parent);
}

function configProblem(config: string): string | undefined {
  const { config: json, error } = ts.readConfigFile(config, ts.sys.readFile);
  if (error !== undefined) return ts.flattenDiagnosticMessageText(error.messageText, ' ');
  const host: ts.ParseConfigHost = { ...ts.sys, readDirectory: () => [] };
  const { errors } = ts.parseJsonConfigFileContent(json, host, dirname(config));
  // 18002 and 18003: no inputs. The inputs come from the command line.
  const serious = errors.find(({ code }) => code !== 18002 && code !== 18003);
  return serious && ts.flattenDiagnosticMessageText(serious.messageText, ' ');
}
