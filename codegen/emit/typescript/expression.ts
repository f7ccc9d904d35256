/** The few shapes of generated expressions, laid out as the formatter would. */
import { indent } from '../text.js';

export type Expression =
  | string
  | {
      readonly kind: 'conditional';
      readonly test: string;
      readonly yes: string;
      readonly no: Expression;
    }
  | { readonly kind: 'call'; readonly callee: string; readonly args: readonly string[] }
  /** `callee(first, (parameters) => body)`. */
  | {
      readonly kind: 'callback';
      readonly callee: string;
      readonly first?: string;
      readonly parameters: string;
      readonly body: Expression;
    };

/** On one line. */
export function flat(expression: Expression): string {
  if (typeof expression === 'string') return expression;
  switch (expression.kind) {
    case 'conditional':
      return `${expression.test} ? ${expression.yes} : ${flat(expression.no)}`;
    case 'call':
      return `${expression.callee}(${expression.args.join(', ')})`;
    case 'callback': {
      const body = flat(expression.body);
      const isConditional =
        typeof expression.body !== 'string' && expression.body.kind === 'conditional';
      return `${callbackOpen(expression)} ${isConditional ? `(${body})` : body})`;
    }
  }
}

interface Layout {
  readonly open: string;
  readonly close: string;
  /** The room on a line. */
  readonly columns: number;
  /** Break it even where it fits. */
  readonly broken?: boolean;
}

/** Between `open` and `close`, broken where it does not fit. */
export function layOut(
  expression: Expression,
  { open, close, columns, broken = false }: Layout,
): string[] {
  const line = `${open}${flat(expression)}${close}`;
  const fits = line.length <= columns && !broken;
  if (fits || typeof expression === 'string') return [line];
  switch (expression.kind) {
    case 'conditional': {
      const nested = typeof expression.no !== 'string' && expression.no.kind === 'conditional';
      // A broken conditional breaks the ones inside it.
      const lines = layOut(expression.no, {
        open: ': ',
        close,
        columns: columns - 2,
        broken: nested,
      });
      return [
        `${open}${expression.test}`,
        `  ? ${expression.yes}`,
        ...indent(hang(lines, expression.no), 2),
      ];
    }
    case 'call': {
      const args = expression.args.map((arg) => `  ${arg},`);
      return [`${open}${expression.callee}(`, ...args, `)${close}`];
    }
    case 'callback': {
      const body = layOut(expression.body, { open: '', close: ',', columns: columns - 2 });
      return [`${open}${callbackOpen(expression)}`, ...indent(body, 2), `)${close}`];
    }
  }
}

/** What follows the first line of a broken call is aligned with the call, not with the colon before it. */
function hang([first = '', ...others]: readonly string[], expression: Expression): string[] {
  const isCall = typeof expression !== 'string' && expression.kind !== 'conditional';
  return [first, ...(isCall ? indent(others, 2) : others)];
}

function callbackOpen({
  callee,
  first,
  parameters,
}: {
  callee: string;
  first?: string;
  parameters: string;
}): string {
  return `${callee}(${first === undefined ? '' : `${first}, `}(${parameters}) =>`;
}
