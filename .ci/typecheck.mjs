/** `npm run typecheck`: TypeScript, these scripts, and Python. */
import { join } from 'node:path';
import { root } from './step.mjs';
import { nodeTool, pythonTool, runTools } from './tools.mjs';

const tsc = nodeTool('typescript/bin/tsc');

await runTools([
  { title: 'tsc', program: process.execPath, argv: [tsc, '--noEmit'] },
  { title: 'tsc (.ci)', program: process.execPath, argv: [tsc, '--noEmit', '--project', '.ci'] },
  {
    title: 'pyright',
    program: process.execPath,
    argv: [
      nodeTool('pyright/index.js'),
      '--project',
      'python',
      '--pythonpath',
      pythonTool('python'),
    ],
  },
  { title: 'mypy', program: pythonTool('mypy'), argv: [], cwd: join(root, 'python') },
]);
