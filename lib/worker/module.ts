/** Imports what the worker is for. Twin: python/ringsnake/_worker/module.py. */
import { existsSync, realpathSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { createRequire } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StartError } from '../errors.js';
import { packageRoot } from '../native.js';
import type { HookOptions, Transpiler } from './module-hooks.js';

/** What newer Nodes have. */
interface NewerNode {
  /** False or absent: Node reads no TypeScript by itself. */
  readonly typescript?: string | false;
}

/**
 * Imports the file at an absolute path, or what a bare name means in the current folder. TypeScript is read by Node where it can,
 * else by `tsx` or `typescript` as the module would import them.
 */
export async function importModule(name: string): Promise<void> {
  const path = isAbsolute(name) ? name : createRequire(join(process.cwd(), '_')).resolve(name);
  if (!existsSync(path)) throw new Error(`there is no ${path}`);
  await prepare(path);
  await import(pathToFileURL(path).href);
}

async function prepare(path: string): Promise<void> {
  const isTypescript = /\.[cm]?ts$/.test(path);
  if (!isTypescript && findsUs(path)) return;
  const transpiler = isTypescript ? await chooseTranspiler(path) : 'none';
  const hooks: HookOptions = { ownUrl: import.meta.url, transpiler };
  nodeModule.register(new URL('./module-hooks.js', import.meta.url), { data: hooks });
}

/** Whether the module's own `ringsnake` is this very package: two copies would not know what the other one serves. */
function findsUs(path: string): boolean {
  try {
    return (
      realpathSync(createRequire(path).resolve('ringsnake/package.json')) ===
      realpathSync(join(packageRoot, 'package.json'))
    );
  } catch {
    return false;
  }
}

async function chooseTranspiler(path: string): Promise<Transpiler> {
  if ((process.features as NewerNode).typescript) return 'none';
  const tsx = find(path, 'tsx/esm/api');
  if (tsx !== undefined) {
    // Beside what `require` finds lies what `import` would: the one does not work where the other is meant.
    const twin = tsx.replace(/\.cjs$/, '.mjs');
    const entry = existsSync(twin) ? twin : tsx;
    const { register } = (await import(pathToFileURL(entry).href)) as { register(): unknown };
    register();
    return 'none';
  }
  const compiler = find(path, 'typescript');
  // Its line numbers are those of the source.
  process.setSourceMapsEnabled(true);
  if (compiler !== undefined) return { compiler };
  if ('stripTypeScriptTypes' in nodeModule) return 'strip';
  throw new StartError(
    `Node ${process.version} reads no TypeScript, and neither \`tsx\` nor \`typescript\` is installed where ${path} lies: use Node 22.18 or later, or \`npm install --save-dev tsx\`, or compile the module and start the .js file`,
  );
}

function find(path: string, name: string): string | undefined {
  try {
    return createRequire(path).resolve(name);
  } catch {
    return undefined;
  }
}
