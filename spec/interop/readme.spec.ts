/** Every program in the README is run as a newcomer would run it: in an empty folder, with the commands given there. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { pythonCommand } from '../support/python.js';
import { root } from '../support/root.js';

/** A code block under a line such as `<!-- hello: greeter.ts -->`; `output` and `commands` are not files. */
interface Block {
  readonly example: string;
  readonly name: string;
  readonly text: string;
}

function blocksOf(markdown: string): Block[] {
  const pattern = /<!-- (?<example>[\w-]+): (?<name>\S+) -->\n```\w*\n(?<text>[\s\S]*?)```/g;
  return [...markdown.matchAll(pattern)].map(({ groups }) => groups as unknown as Block);
}

const markdown = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = blocksOf(markdown);
const examples = [...new Set(blocks.map(({ example }) => example))];

t.test(
  'every block of TypeScript or Python in the README belongs to an example that is run',
  async (t) => {
    const fences = markdown.match(/^```(ts|python|sh)$/gm) ?? [];
    const isProgram = ({ name }: Block): boolean => /\.(ts|py)$|^commands$/.test(name);
    t.ok(examples.length >= 2);
    t.equal(fences.length, blocks.filter(isProgram).length);
  },
);

for (const example of examples) {
  t.test(`the README's ${example} prints what the README says`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'ringsnake-readme-'));
    t.teardown(() => rmSync(folder, { recursive: true }));
    const block = (name: string): string =>
      blocks.find((candidate) => candidate.example === example && candidate.name === name)?.text ??
      '';
    for (const { name, text } of blocks.filter((candidate) => candidate.example === example)) {
      if (/\.(ts|py|json)$/.test(name)) writeFileSync(join(folder, name), text);
    }
    installPackages(folder);
    const environment = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env['PATH']}` };
    let output = '';
    for (const command of block('commands').trim().split('\n')) {
      output = execFileSync('sh', ['-c', command], {
        cwd: folder,
        env: environment,
        encoding: 'utf8',
      });
    }
    t.equal(output, block('output'));
  });
}

/** As `npm install` of this checkout and of TypeScript would: this test must not depend on the network. */
function installPackages(folder: string): void {
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  mkdirSync(join(modules, '@types'));
  symlinkSync(root, join(modules, 'ringsnake'));
  installCommand(modules, 'ringsnake', join(root, 'dist', 'lib', 'cli', 'main.js'));
  installCommand(modules, 'tsc', join(root, 'node_modules', 'typescript', 'bin', 'tsc'));
  symlinkSync(join(root, 'node_modules', 'typescript'), join(modules, 'typescript'));
  symlinkSync(join(root, 'node_modules', '@types', 'node'), join(modules, '@types', 'node'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  mkdirSync(join(folder, 'bin'));
  symlinkSync(
    execFileSync(pythonCommand(), ['-c', 'import sys; print(sys.executable)'], {
      encoding: 'utf8',
    }).trim(),
    join(folder, 'bin', 'python3'),
  );
}

function installCommand(modules: string, name: string, program: string): void {
  writeFileSync(join(modules, '.bin', name), `#!/bin/sh\nexec node "${program}" "$@"\n`, {
    mode: 0o755,
  });
}
