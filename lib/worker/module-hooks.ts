/** How Node finds and reads the modules of a worker that it could not read by itself. Runs in Node's own thread for such hooks. */
import { readFile } from 'node:fs/promises';
import type { LoadHook, ResolveHook } from 'node:module';
import * as nodeModule from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Who turns TypeScript into JavaScript: Node or a loader before us by itself, Node when asked, or the compiler at that path. */
export type Transpiler = 'none' | 'strip' | { readonly compiler: string };

/** What the hooks are told. */
export interface HookOptions {
  /** URL of a module of this package: `ringsnake` means this very one, wherever it lies. */
  readonly ownUrl: string;
  readonly transpiler: Transpiler;
}

/** Of the compiler's interface, what is used here. */
interface Compiler {
  readonly ModuleKind: { readonly ESNext: number; readonly CommonJS: number };
  readonly ScriptTarget: { readonly ES2022: number };
  transpileModule(
    source: string,
    options: { readonly fileName: string; readonly compilerOptions: object },
  ): { readonly outputText: string };
}

let ownUrl = '';
let transpile: ((source: string, path: string) => string) | undefined;

/** Called by Node with what `register` was given. */
export async function initialize(options: HookOptions): Promise<void> {
  ownUrl = options.ownUrl;
  if (options.transpiler === 'strip') transpile = strip;
  else if (options.transpiler !== 'none')
    transpile = transpilerOf(await loadCompiler(options.transpiler.compiler));
}

/** Called by Node for each import. */
export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  if (/^ringsnake(\/|$)/.test(specifier))
    return nextResolve(specifier, { ...context, parentURL: ownUrl });
  try {
    return await nextResolve(specifier, context);
  } catch (error) {
    // TypeScript names the file that the compiler would write.
    const source = specifier.replace(/\.([cm]?)js$/, '.$1ts');
    if (source === specifier || !/^(\.{0,2}\/|file:)/.test(specifier)) throw error;
    try {
      return await nextResolve(source, context);
    } catch {
      throw error;
    }
  }
};

/** Called by Node for each module that was found. */
export const load: LoadHook = async (url, context, nextLoad) => {
  if (transpile === undefined || !/^file:.*\.[cm]?ts$/.test(url)) return nextLoad(url, context);
  const path = fileURLToPath(url);
  const source = transpile(await readFile(path, 'utf8'), path);
  return { format: path.endsWith('.cts') ? 'commonjs' : 'module', source, shortCircuit: true };
};

function strip(source: string): string {
  const { stripTypeScriptTypes } = nodeModule as unknown as {
    stripTypeScriptTypes(source: string): string;
  };
  return stripTypeScriptTypes(source);
}

async function loadCompiler(path: string): Promise<Compiler> {
  const loaded = (await import(pathToFileURL(path).href)) as { default: Compiler };
  return loaded.default;
}

function transpilerOf(compiler: Compiler): (source: string, path: string) => string {
  return (source, path) =>
    compiler.transpileModule(source, {
      fileName: path,
      compilerOptions: {
        module: path.endsWith('.cts') ? compiler.ModuleKind.CommonJS : compiler.ModuleKind.ESNext,
        target: compiler.ScriptTarget.ES2022,
        inlineSourceMap: true,
      },
    }).outputText;
}
