/** Counts what a TAP stream proves, however deep, and says what failed. */
import { Parser } from 'tap-parser';

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */
/** @typedef {{ path: readonly string[], diagnostics: unknown }} Failure */
/** @typedef {{ name: string, tally: Tally, failures: readonly Failure[], milliseconds: number | null }} FileReport */

/**
 * A parser to write TAP into; `onFile` hears of each top-level test point when it is complete.
 * Counted are the leaves: assertions, and points that stand for themselves. A subtest that fails though nothing in it
 * did (a plan that was not met, an exit code) counts as one failure, and one without assertions as one point.
 * @param {(report: FileReport) => void} onFile
 * @returns {Parser}
 */
export function createTally(onFile) {
  const parser = new Parser();
  follow(parser, [], (result, inner) => {
    const milliseconds = result.time;
    onFile({ name: result.name, tally: inner.tally, failures: inner.failures, milliseconds });
  });
  return parser;
}

/** @typedef {import('tap-parser').Result} Result */
/** @typedef {{ tally: Tally, failures: Failure[] }} Inner */

/**
 * @param {Parser} parser
 * @param {readonly string[]} path the names of the subtests around it
 * @param {(result: Result, inner: Inner) => void} onPoint
 */
function follow(parser, path, onPoint) {
  /** What was counted in the subtest whose closing point comes next. */
  /** @type {Inner | undefined} */
  let pending;
  parser.on('child', (/** @type {Parser} */ child) => {
    const inner = { tally: { passed: 0, failed: 0, skipped: 0 }, failures: [] };
    pending = inner;
    follow(child, [...path, child.name], (_, deeper) => add(inner, deeper));
  });
  parser.on('assert', (/** @type {Result} */ result) => {
    const inner = pending ?? { tally: { passed: 0, failed: 0, skipped: 0 }, failures: [] };
    const standsForItself = pending === undefined || (path.length > 0 && isEmpty(inner.tally));
    pending = undefined;
    if (standsForItself || (!holds(result) && inner.tally.failed === 0)) {
      add(inner, leaf(result, path));
    } else if (isEmpty(inner.tally)) add(inner, ofEmptyFile(result));
    onPoint(result, inner);
  });
}

/**
 * @param {Result} result
 * @param {readonly string[]} path
 * @returns {Inner}
 */
function leaf(result, path) {
  const skipped = result.skip || result.todo ? 1 : 0;
  const failed = holds(result) ? 0 : 1;
  const tally = { passed: 1 - skipped - failed, failed, skipped };
  const failures = failed === 1 ? [{ path: [...path, result.name], diagnostics: result.diag }] : [];
  return { tally, failures };
}

/**
 * A file may say why it does not apply here; one without a word proves nothing.
 * @param {Result} result
 * @returns {Inner}
 */
function ofEmptyFile({ skip, name }) {
  if (typeof skip === 'string' && skip !== 'no tests found') {
    return { tally: { passed: 0, failed: 0, skipped: 1 }, failures: [] };
  }
  const failures = [{ path: [name, 'it has no tests'], diagnostics: undefined }];
  return { tally: { passed: 0, failed: 1, skipped: 0 }, failures };
}

/** @param {Tally} tally */
function isEmpty({ passed, failed, skipped }) {
  return passed + failed + skipped === 0;
}

/** @param {Result} result */
function holds(result) {
  return result.ok || Boolean(result.skip) || Boolean(result.todo);
}

/**
 * @param {Inner} sum
 * @param {Inner} more
 */
function add(sum, more) {
  sum.tally.passed += more.tally.passed;
  sum.tally.failed += more.tally.failed;
  sum.tally.skipped += more.tally.skipped;
  sum.failures.push(...more.failures);
}
