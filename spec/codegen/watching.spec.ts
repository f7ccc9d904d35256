/** A loader that is kept: whatever was edited since, what is generated is what a cold run generates. */
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Loader } from '../../codegen/inspect/load.js';
import { generateInterfaces } from '../../codegen/interfaces.js';
import { root } from '../support/root.js';
import { Chance } from './random/chance.js';
import { withEditedLine } from './random/line-edits.js';
import { randomModule } from './random/module.js';
import { Workspace } from './workspace.js';

const isLong = process.env['RINGSNAKE_FUZZ'] === '1';
const FIRST_SEED = Number(process.env['RINGSNAKE_SEED'] ?? 1);
const EDITS = isLong ? 300 : 8;

t.setTimeout(isLong ? 3_600_000 : 240_000);

/** The texts that are generated, or why none are. */
async function texts(
  workspace: Workspace,
  loader?: Loader,
  inputs: readonly string[] = ['api.ts', 'other.ts'],
): Promise<unknown> {
  const { outputs, diagnostics } = await generateInterfaces({
    inputs: inputs.map((name) => workspace.path(name)),
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
  const sources = [1, 2].map(
    (seed) => randomModule(FIRST_SEED + seed, { types: 8, objects: 0 }).source,
  );
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

for (const [name, path] of Object.entries({
  'a file of types alone': 'spec/fixtures/codegen/types-alone.ts',
  // Each cold run of it takes a second or two.
  ...(isLong && {
    'the Chrome DevTools Protocol': 'node_modules/devtools-protocol/types/protocol.d.ts',
  }),
})) {
  t.test(`${name}: what an edit has not changed is kept, and nothing that it has`, async (t) => {
    const chance = new Chance(FIRST_SEED);
    const original = readFileSync(join(root, path), 'utf8');
    const workspace = new Workspace(t, { 'api.ts': original });
    const loader = new Loader();
    await texts(workspace, loader, ['api.ts']);
    const { kept } = loader;
    const followed = t.capture(kept, 'followed', kept.followed.bind(kept));
    let source = original;
    for (let edit = 0; edit < EDITS * 2; edit++) {
      source = withEditedLine(edit % 4 === 0 ? original : source, chance);
      workspace.write('api.ts', source);
      loader.refresh([workspace.path('api.ts')]);
      const now = await texts(workspace, loader, ['api.ts']);
      t.same(now, await texts(workspace, undefined, ['api.ts']), `edit ${edit} of ${FIRST_SEED}`);
    }
    const count = followed().filter((call) => 'returned' in call && call.returned).length;
    t.ok(count > EDITS / 4, `${count} of ${EDITS * 2} were followed`);
  });
}
