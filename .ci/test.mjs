/**
 * Runs the compiled specs: `node .ci/test.mjs [WORDS]`. With words, those whose path below spec/ holds one of them.
 * Options go to tap. The last line is the count: `N passed, N failed`.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { compilerCommand } from '../lib/doctor/compiler.mjs';
import { filesBelow } from './fingerprint.mjs';
import { root } from './step.mjs';
import { createTally } from './tally.mjs';

const argv = process.argv.slice(2);
const words = argv.filter((word) => !word.startsWith('-'));
const options = argv.filter((word) => word.startsWith('-'));

const specs = filesBelow('dist/spec').filter((path) => path.endsWith('.spec.js'));
const chosen = specs.filter(
  (path) => words.length === 0 || words.some((word) => named(path).includes(word)),
);

const total = { passed: 0, failed: 0, skipped: 0 };
let width = 0;

if (chosen.length === 0) {
  process.stderr.write(`No spec has ${words.join(' or ')} in its path. There are:\n`);
  for (const path of specs) process.stderr.write(`  ${named(path)}\n`);
} else {
  width = Math.max(...chosen.map((path) => named(path).length));
  await runTap(chosen);
}
conclude();

/** @param {readonly string[]} files */
async function runTap(files) {
  const tap = join(root, 'node_modules', 'tap', 'dist', 'esm', 'run.mjs');
  const tally = createTally(report);
  // The spec that builds C++ programs takes the compiler that built the addon.
  const env = { ...process.env, CXX: compilerCommand(), FORCE_COLOR: '0' };
  const child = spawn(process.execPath, [tap, '--reporter=tap', ...options, ...files], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.pipe(tally);
  const end = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  if (end !== 0 && total.failed === 0) {
    process.stdout.write(`tap ended with ${end} though no assertion failed\n`);
    total.failed += 1;
  }
}

/** @param {import('./tally.mjs').FileReport} file */
function report({ name, tally, failures, milliseconds }) {
  total.passed += tally.passed;
  total.failed += tally.failed;
  total.skipped += tally.skipped;
  const seconds = milliseconds === null ? '' : `${(milliseconds / 1000).toFixed(1).padStart(7)} s`;
  const mark = tally.failed === 0 ? '  ' : '✗ ';
  process.stdout.write(
    `${mark}${named(name).padEnd(width)} ${String(tally.passed).padStart(6)} ok${seconds}\n`,
  );
  for (const { path, diagnostics } of failures) {
    process.stdout.write(`\n    not ok: ${path.map(named).join(' › ')}\n`);
    if (diagnostics) process.stdout.write(`${indented(describe(diagnostics))}\n`);
    process.stdout.write('\n');
  }
}

/** @param {unknown} diagnostics */
function describe(diagnostics) {
  const { diff, source, stack, at, ...rest } = /** @type {Record<string, unknown>} */ (diagnostics);
  const where = at && typeof at === 'object' ? Object(at) : undefined;
  const parts = [
    where?.fileName && `at ${where.fileName}:${where.lineNumber}:${where.columnNumber}`,
    source,
    // tap shows what was found and wanted as a difference where it can.
    diff ?? (Object.keys(rest).length > 0 && inspect(rest, { depth: 6, breakLength: 110 })),
    where === undefined && stack,
  ];
  return parts.filter((part) => typeof part === 'string' && part !== '').join('\n');
}

/** @param {string} text */
function indented(text) {
  return text.trimEnd().replaceAll(/^/gm, '      ');
}

/** @param {string} path */
function named(path) {
  return path.replace(/^dist\/spec\//, '').replace(/\.spec\.js$/, '');
}

function conclude() {
  const { passed, failed, skipped } = total;
  if (passed + failed + skipped === 0) process.stdout.write('No test ran.\n');
  process.stdout.write(
    `\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
  );
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}
