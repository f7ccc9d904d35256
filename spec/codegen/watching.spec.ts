/** A loader that is kept: whatever was edited since, what is generated is what a cold run generates. */
import { mkdirSync, symlinkSync } from 'node:fs';
import t from 'tap';
import { Loader } from '../../codegen/inspect/load.js';
import { generateInterfaces } from '../../codegen/interfaces.js';
import { root } from '../support/root.js';
import { Chance } from './random/chance.js';
import { randomModule } from './random/module.js';
import { Workspace } from './workspace.js';

const isLong = process.env['RINGSNAKE_FUZZ'] === '1';
const FIRST_SEED = Number(process.env['RINGSNAKE_SEED'] ?? 1);
const EDITS = isLong ? 300 : 8;

t.setTimeout(isLong ? 3_600_000 : 240_000);

/** The texts that are generated, or why none are. */
async function texts(workspace: Workspace, loader?: Loader): Promise<unknown> {
  const { outputs, diagnostics } = await generateInterfaces({
    inputs: [workspace.path('api.ts'), workspace.path('other.ts')],
    outTs: workspace.folder,
    outPy: workspace.folder,
    ...(loader !== undefined && { loader }),
  });
  const found = diagnostics.map(({ code, position }) => `${code} ${JSON.stringify(position)}`);
  return outputs.length > 0 ? outputs : found;
}

/** One declaration is changed, moved, taken away, or comes back. */
function edited(sources: readonly string[], chance: Chance): string {
  const declarations = chance.one(sources).split(/\n(?=export |interface |\/\*\*)/);
  const at = chance.below(declarations.length);
  const one = declarations[at] ?? '';
  switch (chance.below(5)) {
    case 0:
      declarations.splice(at, 1);
      break;
    case 1:
      declarations[at] = one.replace(/\bstring\b/, 'number');
      break;
    case 2:
      declarations[at] = one.replace(/^( {2}\w+)(: )/m, `$1${chance.below(9)}$2`);
      break;
    case 3:
      declarations[at] = `/** Changed. */\n${one}`;
      break;
    default:
      declarations.push(...declarations.splice(at, 1));
  }
  return declarations.join('\n');
}

t.test('after any edits the files are those of a cold run', async (t) => {
  const chance = new Chance(FIRST_SEED);
  const sources = [1, 2].map((seed) => randomModule(FIRST_SEED + seed, { types: 8 }).source);
  const user = (name: string) =>
    `import type { Echoes } from './api.js';\nexport interface ${name} {\n  get(): Promise<Echoes>;\n}\n`;
  const workspace = new Workspace(t, { 'api.ts': sources[0] ?? '', 'other.ts': user('Other') });
  mkdirSync(workspace.path('node_modules'));
  symlinkSync(root, workspace.path('node_modules/ringsnake'));
  const loader = new Loader();
  await texts(workspace, loader);
  let right = 0;
  for (let edit = 0; edit < EDITS; edit++) {
    const name = chance.isOneIn(4) ? 'other.ts' : 'api.ts';
    const source = name === 'api.ts' ? edited(sources, chance) : user(`Other${edit}`);
    workspace.write(name, source);
    loader.refresh([workspace.path(name)]);
    const kept = await texts(workspace, loader);
    t.same(kept, await texts(workspace), `edit ${edit} of seed ${FIRST_SEED}`);
    if (JSON.stringify(kept).includes('.gen.ts')) right += 1;
  }
  t.ok(right > EDITS / 4, `${right} of ${EDITS} are right`);
});
