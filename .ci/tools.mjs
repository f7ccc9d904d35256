/** Runs the tools that check a source tree, all of them, and says at the end which had something to say. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './step.mjs';

/** @typedef {{ title: string, program: string, argv: readonly string[], cwd?: string }} Tool */

/**
 * Sets the exit code to 1 if one of them fails.
 * @param {readonly Tool[]} tools
 */
export async function runTools(tools) {
  for (const { title, program, argv, cwd = root } of tools) {
    const started = performance.now();
    const child = spawn(program, argv, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    /** @type {Buffer[]} */
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    const code = await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${title} (${seconds} s)\n`);
    if (code === 0) continue;
    process.stdout.write(`${Buffer.concat(output).toString().trimEnd()}\n\n`);
    process.exitCode = 1;
  }
}

/** @param {string} name a tool that `node .ci/prepare.mjs tools` installed */
export function pythonTool(name) {
  return join(root, '.venv', 'bin', name);
}

/** @param {string} name the path of a package's program, below node_modules */
export function nodeTool(name) {
  return join(root, 'node_modules', name);
}
