/** Takes the types out of what was typed, with what is at hand: nothing has to be installed for it. */
import * as nodeModule from 'node:module';
import { pathToFileURL } from 'node:url';

/** JavaScript; or why there is none. */
export type Stripped = { readonly code: string } | 'incomplete' | 'invalid';

export interface TypeStripper {
  /** Whose it is, for people. */
  readonly name: string;
  readonly strip: (source: string) => Stripped;
}

/** Undefined: there is none, JavaScript is all that can be typed. `folder` is where the project is. */
export async function findTypeStripper(folder: string): Promise<TypeStripper | undefined> {
  return nodes() ?? (await compilers(folder));
}

type Strip = (code: string, options: { readonly mode: 'strip' }) => string;

/** Node's own, from 22.13 on. */
function nodes(): TypeStripper | undefined {
  const strip = (nodeModule as { readonly stripTypeScriptTypes?: Strip }).stripTypeScriptTypes;
  if (typeof strip !== 'function') return undefined;
  return {
    name: `Node ${process.versions.node}`,
    strip: (source) => {
      try {
        return { code: strip(source, { mode: 'strip' }) };
      } catch (error) {
        return /eof/i.test((error as Error).message) ? 'incomplete' : 'invalid';
      }
    },
  };
}

/** The part of the compiler that is used. */
interface Compiler {
  readonly version: string;
  readonly ScriptTarget: { readonly ESNext: number };
  readonly ModuleKind: { readonly ESNext: number };
  transpileModule(source: string, options: object): { outputText: string; diagnostics?: Found[] };
}

interface Found {
  readonly start?: number;
}

async function compilers(folder: string): Promise<TypeStripper | undefined> {
  const compiler = await projectsOwn(folder);
  if (compiler === undefined) return undefined;
  const { ESNext: target } = compiler.ScriptTarget;
  const compilerOptions = {
    target,
    module: compiler.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
    newLine: 1,
  };
  return {
    name: `TypeScript ${compiler.version}`,
    strip: (source) => {
      const { outputText, diagnostics = [] } = compiler.transpileModule(source, {
        compilerOptions,
        reportDiagnostics: true,
      });
      if (diagnostics.length === 0) return { code: outputText.replace(/^"use strict";\s*/, '') };
      // What is missing is missing at the end.
      const end = source.trimEnd().length;
      return diagnostics.some(({ start = 0 }) => start >= end) ? 'incomplete' : 'invalid';
    },
  };
}

/** What the project has installed. */
async function projectsOwn(folder: string): Promise<Compiler | undefined> {
  try {
    const { href } = pathToFileURL(`${folder}/repl.js`);
    const path = nodeModule.createRequire(href).resolve('typescript');
    const loaded = (await import(pathToFileURL(path).href)) as { default?: Compiler } & Compiler;
    const compiler = loaded.default ?? loaded;
    return typeof compiler.transpileModule === 'function' ? compiler : undefined;
  } catch {
    return undefined;
  }
}
