/** `npm run format`: every language by its own formatter. With --check nothing is written. */
import { sources } from './sources.mjs';
import { nodeTool, pythonTool, runTools } from './tools.mjs';

const check = process.argv.includes('--check');

await runTools([
  {
    title: 'Biome format (TypeScript, JSON)',
    program: process.execPath,
    argv: [nodeTool('@biomejs/biome/bin/biome'), 'format', ...(check ? [] : ['--write']), '.'],
  },
  {
    title: 'clang-format (C++)',
    program: pythonTool('clang-format'),
    argv: [...(check ? ['--dry-run', '-Werror'] : ['-i']), ...sources('*.cc', '*.h')],
  },
  {
    title: 'ruff format (Python)',
    program: pythonTool('ruff'),
    argv: ['format', '--config', 'python/pyproject.toml', ...(check ? ['--diff'] : []), '.'],
  },
]);
