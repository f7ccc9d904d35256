/**
 * Runs the compiled specs: `node .ci/test.mjs [--jobs=N] [WORDS]`. With words, those whose path below spec/ holds one of them.
 * The last line is the count: `N passed, N failed`.
 *
 * Each is a process of its own, plain Node.js: what tap's runner loads into each and into all that they start, to map and to measure,
 * takes two seconds for a spec and doubles the start of every program.
 */
import { spawn } from 'node:child_process';
import { inspect } from 'node:util';
import { compilerCommand } from '../lib/doctor/compiler.mjs';
import { filesBelow } from './fingerprint.mjs';
import { root } from './step.mjs';
import { createTally } from './tally.mjs';

/** Specs at a time. */
const JOBS = 2;
/** Of one test, unless it says otherwise; those that build C++ programs under sanitizers take the longest. */
const TEST_SECONDS = 240;
/** Minutes without a word after which a spec hangs. The long forms have tests of hours. */
const SILENCE = process.env['RINGSNAKE_STRESS'] || process.env['RINGSNAKE_FUZZ'] ? 300 : 15;

const argv = process.argv.slice(2);
const words = argv.filter((word) => !word.startsWith('-'));
const [, jobs = JOBS] = argv.map((word) => /^--jobs=(\d+)$/.exec(word)).find(Boolean) ?? [];

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
  const left = [...chosen];
  const lane = async () => {
    for (let path = left.shift(); path !== undefined; path = left.shift()) await runSpec(path);
  };
  await Promise.all(Array.from({ length: Number(jobs) }, lane));
}
conclude();

/** @param {string} path */
async function runSpec(path) {
  const started = performance.now();
  const child = spawn(process.execPath, [path], {
    cwd: root,
    env: {
      ...process.env,
      // The spec that builds C++ programs takes the compiler that built the addon.
      CXX: compilerCommand(),
      FORCE_COLOR: '0',
      TAP: '1',
      TAP_TIMEOUT: process.env['TAP_TIMEOUT'] ?? String(TEST_SECONDS),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const hang = setTimeout(() => child.kill('SIGKILL'), SILENCE * 60_000);
  child.stdout.on('data', () => hang.refresh());
  const tally = createTally(path);
  child.stdout.pipe(tally.stream);
  /** @type {number | string} */
  const end = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  clearTimeout(hang);
  report(path, tally.concluded(end), performance.now() - started);
}

/**
 * @param {string} path
 * @param {import('./tally.mjs').Count} count
 * @param {number} milliseconds
 */
function report(path, { tally, failures }, milliseconds) {
  total.passed += tally.passed;
  total.failed += tally.failed;
  total.skipped += tally.skipped;
  const seconds = `${(milliseconds / 1000).toFixed(1).padStart(7)} s`;
  const mark = tally.failed === 0 ? '  ' : '✗ ';
  process.stdout.write(
    `${mark}${named(path).padEnd(width)} ${String(tally.passed).padStart(6)} ok${seconds}\n`,
  );
  for (const { path: where, diagnostics } of failures) {
    process.stdout.write(`\n    not ok: ${where.map(named).join(' › ')}\n`);
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
