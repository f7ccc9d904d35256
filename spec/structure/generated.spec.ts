import t from 'tap';
import { generate } from '../../codegen/generate.js';
import { root } from '../support/root.js';
import { repository } from './tree.js';

t.test('every generated file is as its source says', async (t) => {
  const said: string[] = [];
  const output = { write: (text: string) => said.push(text) };
  const code = await generate({ check: true, io: { stdout: output, stderr: output, cwd: root } });
  t.equal(code, 0, `nothing committed is stale (CONTRIBUTING.md, rule 12)\n${said.join('')}`);
});

t.test('every generated file is made by npm run generate', async (t) => {
  const table = repository().get('codegen/generate.ts') ?? '';
  for (const path of repository().keys()) {
    // Golden files are compared by the specs of the generator.
    if (!/(\.gen\.\w+|_gen\.py|_gen\/.+)$/.test(path) || path.startsWith('spec/fixtures/'))
      continue;
    const source = path
      .replace(/\.gen\.ts$/, '.ts')
      .replace(/_gen(\.py|\/.+)$/, '.ts')
      .replace(/[^/]+$/, kebab);
    // Of ringsnake itself the halves stand apart.
    const own = source.replace(/^python\/ringsnake\/_/, 'lib/');
    const isListed = [path, source, own].some((each) => table.includes(`'${each}'`));
    t.ok(
      isListed,
      `${path} or its source ${source} stands in the table of codegen/generate.ts (rule 12)`,
    );
  }
});

function kebab(name: string): string {
  return name.replaceAll('_', '-');
}
