/** How one list of lines becomes another. Patience diff: lines that both have once are matched first, the gaps between them after. */

/** A line of the old text, the new text, or both. */
export interface LineEdit {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
}

/** Gaps without lines to match by are compared line by line up to so many pairs, and replaced whole above. */
const MAX_PAIRS = 1_000_000;

export function lineEdits(before: readonly string[], after: readonly string[]): LineEdit[] {
  let head = 0;
  const shorter = Math.min(before.length, after.length);
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return [
    ...edits(' ', before.slice(0, head)),
    ...middle(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...edits(' ', before.slice(before.length - tail)),
  ];
}

function edits(sign: LineEdit['sign'], lines: readonly string[]): LineEdit[] {
  return lines.map((line) => ({ sign, line }));
}

/** What differs at both of its ends. */
function middle(before: readonly string[], after: readonly string[]): LineEdit[] {
  if (before.length === 0 || after.length === 0) {
    return [...edits('-', before), ...edits('+', after)];
  }
  const anchors = longestRising(uniquePairs(before, after));
  if (anchors.length === 0) {
    return before.length * after.length <= MAX_PAIRS
      ? commonSubsequence(before, after)
      : [...edits('-', before), ...edits('+', after)];
  }
  const result: LineEdit[] = [];
  let [from, to] = [0, 0];
  for (const [i, j] of [...anchors, [before.length, after.length] as const]) {
    for (const edit of lineEdits(before.slice(from, i), after.slice(to, j))) result.push(edit);
    const line = before[i];
    if (line !== undefined) result.push({ sign: ' ', line });
    [from, to] = [i + 1, j + 1];
  }
  return result;
}

type Pair = readonly [before: number, after: number];

/** Lines that stand exactly once in both, in the order of the first. */
function uniquePairs(before: readonly string[], after: readonly string[]): Pair[] {
  const there = uniqueLines(after);
  return [...uniqueLines(before)].flatMap(([line, i]) => {
    const j = there.get(line);
    return j === undefined ? [] : [[i, j] as const];
  });
}

function uniqueLines(lines: readonly string[]): Map<string, number> {
  const places = new Map<string, number>();
  const repeated = new Set<string>();
  for (const [index, line] of lines.entries()) {
    if (places.has(line)) repeated.add(line);
    places.set(line, index);
  }
  for (const line of repeated) places.delete(line);
  return places;
}

/** The longest part that rises on both sides, by patience sorting. */
function longestRising(pairs: readonly Pair[]): Pair[] {
  interface Card {
    readonly pair: Pair;
    readonly below: Card | undefined;
  }
  const piles: Card[] = [];
  for (const pair of pairs) {
    let [low, high] = [0, piles.length];
    while (low < high) {
      const half = (low + high) >> 1;
      if ((piles[half]?.pair[1] ?? 0) < pair[1]) low = half + 1;
      else high = half;
    }
    piles[low] = { pair, below: piles[low - 1] };
  }
  const rising: Pair[] = [];
  for (let card = piles.at(-1); card !== undefined; card = card.below) rising.push(card.pair);
  return rising.reverse();
}

function commonSubsequence(before: readonly string[], after: readonly string[]): LineEdit[] {
  const width = after.length + 1;
  // The length of the longest common subsequence of what follows each pair of places.
  const lengths = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const result: LineEdit[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [old = '', fresh = ''] = [before[i], after[j]];
    if (i < before.length && j < after.length && old === fresh) {
      result.push({ sign: ' ', line: old });
      i += 1;
      j += 1;
    } else if (j >= after.length || (i < before.length && at(i + 1, j) >= at(i, j + 1))) {
      result.push({ sign: '-', line: old });
      i += 1;
    } else {
      result.push({ sign: '+', line: fresh });
      j += 1;
    }
  }
  return result;
}
