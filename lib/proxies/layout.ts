import { ProxyStep } from '../wire/constants.gen.js';

/**
 * How the items of a step go into a program. raw: as they are; operand: one value; operands: an array of them; keywords: of a call, or nothing;
 * Twin: python/ringsnake/_proxies/layout.py.
 */
export type Item = 'raw' | 'operand' | 'operands' | 'keywords';

const NOTHING: readonly Item[] = [];

const LAYOUTS: Readonly<Partial<Record<ProxyStep, readonly Item[]>>> = {
  [ProxyStep.get]: ['raw'],
  [ProxyStep.set]: ['raw', 'operand'],
  [ProxyStep.delete]: ['raw'],
  [ProxyStep.call]: ['operands', 'keywords'],
  [ProxyStep.getItem]: ['operand'],
  [ProxyStep.setItem]: ['operand', 'operand'],
  [ProxyStep.deleteItem]: ['operand'],
  [ProxyStep.operate]: ['raw', 'operands'],
  [ProxyStep.construct]: ['operands'],
  [ProxyStep.load]: ['raw'],
  [ProxyStep.evaluate]: ['raw', 'operand'],
  [ProxyStep.execute]: ['raw', 'operand', 'raw'],
  [ProxyStep.next]: ['raw'],
  [ProxyStep.exit]: ['raw'],
  [ProxyStep.instance]: ['operand'],
};

/** Of a step, in order. */
export function layoutOf(step: ProxyStep): readonly Item[] {
  return LAYOUTS[step] ?? NOTHING;
}
