/** Counts what a TAP stream proves, however deep, and says what failed. */
import { Parser } from 'tap-parser';

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */
/** @typedef {{ path: readonly string[], diagnostics: unknown }} Failure */
/** @typedef {{ tally: Tally, failures: Failure[] }} Count */

/**
 * A stream to write the TAP of one file into, and what has come of it when its process has ended.
 * Counted are the leaves: assertions, and points that stand for themselves. A subtest that fails though nothing in it
 * did (a plan that was not met) counts as one failure, so does a file (its exit code), and a subtest without assertions counts as one point.
 * @param {string} name
 * @returns {{ stream: Parser, concluded: (end: number | string) => Count }}
 */
export function createTally(name) {
  const stream = new Parser();
  /** @type {Count} */
  const count = { tally: { passed: 0, failed: 0, skipped: 0 }, failures: [] };
  let skip = '';
  /** @type {unknown} */
  let problems;
  follow(stream, [name], (_, inner) => add(count, inner));
  stream.on('plan', ({ start, end, comment }) => {
    if (end < start) skip = comment;
  });
  stream.on('complete', ({ ok, bailout, failures }) => {
    if (!ok) problems = bailout || failures;
  });
  /** @param {number | string} end */
  const concluded = (end) => {
    const isWell = end === 0 && problems === undefined;
    if (!isWell && count.tally.failed === 0) {
      count.tally.failed += 1;
      const diagnostics = problems === undefined ? undefined : { problems };
      count.failures.push({ path: [name, `it ended with ${end}`], diagnostics });
    } else if (isEmpty(count.tally)) add(count, ofEmptyFile(name, skip));
    return count;
  };
  return { stream, concluded };
}

/** @typedef {import('tap-parser').Result} Result */

/**
 * @param {Parser} parser
 * @param {readonly string[]} path the names of the subtests around it
 * @param {(result: Result, inner: Count) => void} onPoint
 */
function follow(parser, path, onPoint) {
  /** What was counted in the subtest whose closing point comes next. */
  /** @type {Count | undefined} */
  let pending;
  parser.on('child', (/** @type {Parser} */ child) => {
    const inner = { tally: { passed: 0, failed: 0, skipped: 0 }, failures: [] };
    pending = inner;
    follow(child, [...path, child.name], (_, deeper) => add(inner, deeper));
  });
  parser.on('assert', (/** @type {Result} */ result) => {
    const inner = pending ?? { tally: { passed: 0, failed: 0, skipped: 0 }, failures: [] };
    const standsForItself = pending === undefined || isEmpty(inner.tally);
    pending = undefined;
    if (standsForItself || (!holds(result) && inner.tally.failed === 0)) {
      add(inner, leaf(result, path));
    }
    onPoint(result, inner);
  });
}

/**
 * @param {Result} result
 * @param {readonly string[]} path
 * @returns {Count}
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
 * @param {string} name
 * @param {string} skip
 * @returns {Count}
 */
function ofEmptyFile(name, skip) {
  if (skip !== '' && !skip.includes('no tests found')) {
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
 * @param {Count} sum
 * @param {Count} more
 */
function add(sum, more) {
  sum.tally.passed += more.tally.passed;
  sum.tally.failed += more.tally.failed;
  sum.tally.skipped += more.tally.skipped;
  sum.failures.push(...more.failures);
}
