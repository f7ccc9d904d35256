/**
 * The package's modules as one file. Node needs half a millisecond to find, open and read a module, so two hundred of them took 130 ms; all
 * together take 35. Each module's own file stays, and passes on what the bundle holds: whoever imports it, gets the same classes and the same state.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { rollup } from '@rollup/wasm-node';
import { root } from './step.mjs';

const FOLDER = join(root, 'dist', 'lib');
const BUNDLE = join(FOLDER, 'bundle.js');
/** What Rollup calls the module that exports all that any module does. */
const ALL = '\0all';

/** The ways into the package, by the names that programs import. */
const ENTRIES = entries();

/** Made of what tsc has just written, in its place. */
export async function bundlePackage() {
  const modules = await modulesOfPackage();
  const all = [...modules].map(([file, names]) =>
    exportLine(JSON.stringify(file), names, (name) => `${name} as ${nameInBundle(file, name)}`),
  );
  const bundle = await rollup(optionsFor(ALL, { [ALL]: all.join('\n') }));
  await bundle.write({ file: BUNDLE, sourcemap: true });
  await bundle.close();
  for (const [file, names] of modules) {
    const bundleThere = relative(dirname(file), BUNDLE).replace(/^(?!\.)/, './');
    const line = exportLine(
      `'${bundleThere}'`,
      names,
      (name) => `${nameInBundle(file, name)} as ${name}`,
    );
    writeFileSync(file, `${line}\n`);
    rmSync(`${file}.map`, { force: true });
  }
}

/** What any way into the package loads: the files, and the names that each exports. */
async function modulesOfPackage() {
  /** @type {Map<string, readonly string[]>} */
  const modules = new Map();
  const graph = await rollup(
    optionsFor(Object.values(ENTRIES), {}, ({ id, exports }) => {
      if (!id.startsWith('node:')) modules.set(id, exports ?? []);
    }),
  );
  await graph.close();
  return modules;
}

/**
 * @param {string} from
 * @param {readonly string[]} names
 * @param {(name: string) => string} rename
 */
function exportLine(from, names, rename) {
  return `export { ${names.map(rename).join(', ')} } from ${from};`;
}

/**
 * Modules may export the same name.
 * @param {string} file
 * @param {string} name
 */
function nameInBundle(file, name) {
  return `${relative(FOLDER, file).replaceAll(/\W/g, '_')}_${name}`;
}

/**
 * @param {string | string[]} input
 * @param {Readonly<Record<string, string>>} made sources that lie in no file
 * @param {(module: import('@rollup/wasm-node').ModuleInfo) => void} [moduleParsed]
 * @returns {import('@rollup/wasm-node').RollupOptions}
 */
function optionsFor(input, made, moduleParsed = () => {}) {
  return {
    input,
    external: /^node:/,
    // Whatever a module exports somebody may import from its own file.
    treeshake: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'sources and places',
        moduleParsed,
        // Generated code imports the package by its name, here too.
        resolveId: (name) => (name in made ? name : ENTRIES[name]),
        load: (file) =>
          made[file] ?? {
            code: readFileSync(file, 'utf8'),
            map: readFileSync(`${file}.map`, 'utf8'),
          },
        /** A module that asks where it lies is told where its own file does. */
        resolveImportMeta(property, { moduleId }) {
          if (property !== 'url') return null;
          const place = JSON.stringify(`./${relative(FOLDER, moduleId)}`);
          return `new URL(${place}, import.meta.url).href`;
        },
      },
    ],
  };
}

function entries() {
  /** @type {{ name: string, exports: Record<string, { default: string } | string> }} */
  const { name, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return Object.fromEntries(
    Object.entries(exports).flatMap(([path, entry]) =>
      typeof entry === 'string' ? [] : [[join(name, path), join(root, entry.default)]],
    ),
  );
}
