import { median } from '../quantile.js';
import { type Bound, type Fare, ratios, UNITS, type Unit, verdict } from './metric.js';

/** What the compared ones are called in a table. */
export type Symbols = Readonly<Record<Exclude<Bound['of'], 'itself'>, string>>;

/** Fares as text: one line each. */
export function fareTable(fares: readonly Fare[], symbols: Symbols): string {
  const { limit: L, socket: U } = symbols;
  const head = ['', '', L, U, 'ours', `to ${L}`, `to ${U}`, 'must', 'aim', 'verdict'];
  return alignedTable([head, ...fares.map((fare) => cells(fare, symbols))]);
}

function cells(fare: Fare, symbols: Symbols): string[] {
  const { name, unit, must, aim } = fare.metric;
  return [
    name,
    unit,
    figure(fare.limit, unit),
    figure(fare.socket, unit),
    figure(fare.ours, unit),
    ratio(fare, 'limit'),
    ratio(fare, 'socket'),
    boundsText(must, unit, symbols),
    boundsText(aim, unit, symbols),
    verdictText(fare),
  ];
}

/** With how many rounds agree, where not all do. */
function verdictText(fare: Fare): string {
  const whole = verdict(fare);
  if (whole === undefined) return '';
  const rounds = fare.ours.map((_, round) => verdict(oneRound(fare, round)));
  const agreeing = rounds.filter((one) => (one === 'missed') === (whole === 'missed')).length;
  const text = { aim: 'aim met', must: 'met', missed: 'MISSED' }[whole];
  return agreeing === rounds.length ? text : `${text} (${agreeing}/${rounds.length})`;
}

function oneRound(fare: Fare, round: number): Fare {
  const only = (values: readonly number[] | undefined): readonly number[] | undefined =>
    values && [values[round] ?? Number.NaN];
  return {
    ...fare,
    ours: only(fare.ours) ?? [],
    limit: only(fare.limit),
    socket: only(fare.socket),
  };
}

function figure(values: readonly number[] | undefined, unit: Unit): string {
  return values === undefined ? '' : median(values).toFixed(UNITS[unit].digits);
}

function ratio(fare: Fare, of: 'limit' | 'socket'): string {
  if (fare[of] === undefined) return '';
  const times = median(ratios(fare, of));
  return times < 0.1 ? `1/${(1 / times).toFixed(0)}` : times.toFixed(2);
}

/** `≤ 2.5 L, ≤ U/25` */
export function boundsText(
  bounds: readonly Bound[] | undefined,
  unit: Unit,
  symbols: Symbols,
): string {
  return (bounds ?? [])
    .map(({ of, least, most }) => {
      const [sign, number] = least === undefined ? ['≤', most ?? 0] : ['≥', least];
      if (of === 'itself') return `${sign} ${number} ${unit}`;
      const symbol = symbols[of];
      return number < 0.1
        ? `${sign} ${symbol}/${Math.round(1 / number)}`
        : `${sign} ${number} ${symbol}`;
    })
    .join(', ');
}

/** The first column to the left, the others to the right. */
export function alignedTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_, i) =>
    // Nothing under a heading: no column.
    i > 0 && body.every((row) => !row[i])
      ? undefined
      : Math.max(...rows.map((row) => [...(row[i] ?? '')].length)),
  );
  const pad = (cell: string, i: number): string[] => {
    const width = widths[i];
    if (width === undefined) return [];
    const blanks = ' '.repeat(width - [...cell].length);
    return [i === 0 ? cell + blanks : blanks + cell];
  };
  return rows.map((row) => row.flatMap(pad).join('  ').trimEnd()).join('\n');
}
