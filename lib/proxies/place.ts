import { ProxyOperand, ProxyStep } from '../wire/constants.gen.js';
import { memberSegment } from '../wire/validation.js';
import { layoutOf } from './layout.js';

const SEGMENT = /\[(?:\d+|"(?:[^"\\]|\\.)*")\]|\.[^.[]+/g;

/** Where in the user's values something is that was found in a program or in its answer: `append(arguments[0].x)`, `value()[3]`. */
export function placeIn(program: readonly unknown[], path: string): string {
  const [, answered] = /^run\(\)\[1\](.*)$/s.exec(path) ?? [];
  if (answered !== undefined) return `value()${answered}`;
  const [, sent] = /^run\(program(.*)\)$/s.exec(path) ?? [];
  if (sent === undefined) return path;
  const [first = '', ...segments] = sent.match(SEGMENT) ?? [];
  const at = numberOf(first);
  return at === undefined ? path : (nameIn(program, at, segments) ?? path);
}

/** Goes through the steps up to the item that is meant. */
function nameIn(
  program: readonly unknown[],
  place: number,
  segments: readonly string[],
): string | undefined {
  let name = 'call';
  for (let at = 1; at < program.length; ) {
    const step = program[at] as ProxyStep;
    const layout = layoutOf(step);
    if (place <= at + layout.length) {
      const item = program[place];
      return layout[place - at - 1] === 'operands'
        ? `${name}(arguments${inside(item, segments, false)})`
        : `${name}(${inside(item, segments, true)})`;
    }
    name = step === ProxyStep.get ? String(program[at + 1]) : 'call';
    at += 1 + layout.length;
  }
  return undefined;
}

/** The same segments without those that only operands have. */
function inside(value: unknown, segments: readonly string[], isOperand: boolean): string {
  const [segment, ...others] = segments;
  if (segment === undefined) return '';
  const at = numberOf(segment);
  if (!Array.isArray(value) || at === undefined) return segments.join('');
  const item: unknown = value[at];
  if (!isOperand) return `${segment}${inside(item, others, true)}`;
  switch (value[0]) {
    case ProxyOperand.value:
      return others.join('');
    case ProxyOperand.dictionary:
      return `${memberSegment(String(value[at - 1]))}${inside(item, others, true)}`;
    default:
      return `[${at - 1}]${inside(item, others, true)}`;
  }
}

function numberOf(segment: string): number | undefined {
  const [, digits] = /^\[(\d+)\]$/.exec(segment) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
