/** `npm run lint`: every language by its own linter. With --fix they mend what they can. */
import { availableParallelism } from 'node:os';
import { inspectPython } from '../lib/doctor/python.mjs';
import { writeCompileCommands } from './compile-commands.mjs';
import { nodeTool, pythonTool, runTools } from './tools.mjs';

const fix = process.argv.includes('--fix');
const python = inspectPython(process.env['PYTHON'] || 'python3');
if (python === undefined) throw new Error('the preparation found a Python, and now it is gone');

await runTools([
  {
    title: 'Biome lint (TypeScript, JSON)',
    program: process.execPath,
    argv: [
      nodeTool('@biomejs/biome/bin/biome'),
      'check',
      '--formatter-enabled=false',
      '--error-on-warnings',
      ...(fix ? ['--write'] : []),
      '.',
    ],
  },
  {
    title: 'ruff (Python)',
    program: pythonTool('ruff'),
    argv: ['check', '--config', 'python/pyproject.toml', ...(fix ? ['--fix'] : []), '.'],
  },
  {
    title: 'clang-tidy (C++)',
    program: pythonTool('python'),
    argv: [
      pythonTool('run-clang-tidy.py'),
      ...['-clang-tidy-binary', pythonTool('clang-tidy')],
      ...['-p', 'build', '-quiet', '-j', String(availableParallelism())],
      ...(fix ? ['-fix'] : []),
      ...writeCompileCommands(python),
    ],
  },
]);
