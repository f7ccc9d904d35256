/** `npm run bench -- ring targets`: the table of targets, with drawings of the round trips. */
import { median } from '../quantile.js';
import { idleTable, measureIdle } from './idle.js';
import { lineupName } from './lineup.js';
import { type Fare, fareOf, type Measurement, type Metric, verdict } from './metric.js';
import { type Choice, isChosen, type Report } from './report.js';
import { drawRidges, type Ridge } from './ridges.js';
import { measureAll, type Plan, type Results, type Series } from './rounds.js';
import { fareTable } from './table.js';
import { oneCpuTargets, targets } from './targets.js';

const ROUNDS = 7;
const SLICE_MS = 300;
const QUICK = 0.2;
const WINDOW_MICROSECONDS = 5000;

export async function runTargets(choice: Choice): Promise<Report> {
  const { placement, quick } = choice;
  const chosen = targets
    .filter(({ name }) => isChosen(name, choice))
    .map((metric) => (placement === 'same' ? withoutTargets(metric) : metric));
  const oneCpu = oneCpuTargets.filter(({ name }) => isChosen(name, choice));
  const plan: Plan = {
    placement,
    rounds: ROUNDS,
    milliseconds: SLICE_MS * (quick ? QUICK : 1),
    windowMicroseconds: WINDOW_MICROSECONDS,
  };
  const results = await measureAll([...chosen, ...oneCpu].flatMap(measurementsOf), plan);
  const idle = await measureIdle(choice);
  const fares = (metrics: readonly Metric[]): Fare[] =>
    metrics.flatMap((metric) => fareOf(metric, results.lookup) ?? []);
  const [all, one] = [fares(chosen), fares(oneCpu)];
  const text = [
    `CPUs: ${placement}. L: C++ over the same ring; U: a Unix socket. Medians of ${ROUNDS} rounds.`,
    fareTable(all, { limit: 'L', socket: 'U' }),
    ...(one.length === 0
      ? []
      : ['\nS: the same without spinning.', fareTable(one, { limit: 'S', socket: 'U' })]),
    ...(idle.length === 0 ? [] : [`\n${idleTable(idle)}`]),
  ].join('\n');
  const figures = {
    rows: [...all, ...one].map(rowFigures),
    idle,
    measurements: results.all.map(seriesFigures),
  };
  return { text, figures, drawings: draw(chosen, results, placement) };
}

/** The targets speak of two sides that run; on one CPU only the other table has something to reach. */
function withoutTargets({ must: _must, aim: _aim, ...rest }: Metric): Metric {
  return rest;
}

function measurementsOf({ limit, socket, ours }: Metric): Measurement[] {
  return [limit, socket, ours].filter((measurement) => measurement !== undefined);
}

function rowFigures(fare: Fare): Record<string, unknown> {
  const { name, unit, must, aim } = fare.metric;
  return {
    name,
    unit,
    must,
    aim,
    verdict: verdict(fare),
    ours: fare.ours,
    limit: fare.limit,
    socket: fare.socket,
  };
}

function seriesFigures({ measurement, samples, histogram }: Series): Record<string, unknown> {
  return {
    lineup: lineupName(measurement.lineup),
    ...measurement.order,
    rounds: samples,
    histogramNanoseconds: histogram.buckets,
  };
}

const COLOURS = ['#1b6ca8', '#d1495b', '#66a182', '#8d6a9f', '#edae49', '#2e4057', '#888888'];

/** One drawing of the round trips whose sides run, two of those that sleep in between. */
function draw(
  metrics: readonly Metric[],
  results: Results,
  placement: string,
): Record<string, string> {
  const trips = metrics.filter(({ unit, socket }) => unit === 'µs' && socket !== undefined);
  const drawing = (title: string, group: readonly Metric[]): string =>
    drawRidges(`${title} (CPUs: ${placement})`, ridges(group, results));
  const groups = {
    running: ['both sides running', trips.filter((trip) => isRunning(trip))],
    sleeping: ['never spinning', trips.filter(({ ours }) => ours.lineup.waiting === 'sleep')],
    silence: ['after 1 ms of silence', trips.filter(({ ours }) => ours.order.pause)],
  } as const;
  return Object.fromEntries(
    Object.entries(groups)
      .filter(([, [, group]]) => group.length > 0)
      .map(([name, [title, group]]) => [name, drawing(`Round trip, 64 B, ${title}`, group)]),
  );
}

function isRunning({ ours }: Metric): boolean {
  return ours.lineup.waiting !== 'sleep' && !ours.order.pause;
}

/** Each party once: the limit first, then ours, then the sockets. */
function ridges(metrics: readonly Metric[], results: Results): Ridge[] {
  const named = new Map<Series, string>();
  const add = (measurement: Measurement | undefined, name: string): void => {
    const series = measurement && results.of(measurement);
    if (series && !named.has(series)) named.set(series, name);
  };
  for (const { limit } of metrics) add(limit, 'L: C++ ⇄ C++');
  for (const { name, ours } of metrics) add(ours, name.replace(/, 64 B$|^both parked, .*: /g, ''));
  for (const { socket } of metrics) {
    const isNode = socket?.lineup.driver === 'node';
    add(socket, isNode ? 'U: JS (net) ⇄ C++, Unix socket' : 'U: C++ ⇄ C++, Unix socket');
  }
  return [...named].map(([{ samples, histogram }, name], i) => ({
    name,
    histogram,
    p50: median(samples.map(({ p50 }) => p50 ?? Number.NaN)),
    p99: median(samples.map(({ p99 }) => p99 ?? Number.NaN)),
    colour: COLOURS[i % COLOURS.length] ?? 'black',
  }));
}
