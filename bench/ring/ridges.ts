/** Latency histograms as a drawing: one ridge for each party over one logarithmic axis. No dependency. */
import { BUCKETS_PER_DOUBLING, type Histogram } from './histogram.js';

export interface Ridge {
  readonly name: string;
  readonly histogram: Histogram;
  /** Microseconds. */
  readonly p50: number;
  readonly p99: number;
  /** A CSS colour. */
  readonly colour: string;
}

const WIDTH = 860;
const LEFT = 270;
const RIGHT = 130;
const TOP = 56;
const RIDGE = 58;
const BOTTOM = 46;
const PLOT = WIDTH - LEFT - RIGHT;
/** Buckets with fewer calls than this share are too rare to be seen, and would stretch the axis. */
const LEAST_SHARE = 5e-4;
const HALF_BUCKET = 2 ** (0.5 / BUCKETS_PER_DOUBLING);

/** The drawing as SVG text. Each ridge is as high as its own highest bucket: compare places, not heights. */
export function drawRidges(title: string, ridges: readonly Ridge[]): string {
  const axis = axisOf(ridges);
  const height = TOP + ridges.length * RIDGE + BOTTOM;
  const base = TOP + ridges.length * RIDGE;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    `<text x="16" y="26" font-size="16">${escaped(title)}</text>`,
    ...axis.ticks.flatMap((tick) => drawTick(axis.x(tick.nanoseconds), tick, base)),
    ...ridges.map((ridge, i) => drawRidge(ridge, axis, TOP + (i + 1) * RIDGE)),
    `<text x="${LEFT + PLOT / 2}" y="${base + 36}" text-anchor="middle" fill="#444">time of a round trip, logarithmic; each curve has its own height</text>`,
    '</svg>',
    '',
  ].join('\n');
}

interface Tick {
  readonly nanoseconds: number;
  readonly label: string;
}

interface Axis {
  /** Where a time stands. */
  x(nanoseconds: number): number;
  readonly ticks: readonly Tick[];
}

/** From a whole decade to a whole decade around everything that is common enough to be drawn. */
function axisOf(ridges: readonly Ridge[]): Axis {
  const drawn = ridges.flatMap(({ histogram }) => common(histogram).map(([time]) => time));
  const first = Math.floor(Math.log10(Math.min(...drawn, 1e9)));
  const last = Math.max(Math.ceil(Math.log10(Math.max(...drawn, 1))), first + 1);
  const exponents = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return {
    x: (nanoseconds) => LEFT + ((Math.log10(nanoseconds) - first) / (last - first)) * PLOT,
    ticks: exponents.map((exponent) => ({
      nanoseconds: 10 ** exponent,
      label: timeText(10 ** exponent),
    })),
  };
}

function common(histogram: Histogram): readonly (readonly [number, number])[] {
  const total = histogram.buckets.reduce((sum, [, count]) => sum + count, 0);
  return histogram.buckets.filter(([, count]) => count >= total * LEAST_SHARE);
}

function drawTick(x: number, { label }: Tick, base: number): string[] {
  return [
    `<line x1="${round(x)}" x2="${round(x)}" y1="${TOP - 8}" y2="${base}" stroke="#ddd"/>`,
    `<text x="${round(x)}" y="${base + 16}" text-anchor="middle" fill="#444">${label}</text>`,
  ];
}

function drawRidge({ name, histogram, p50, p99, colour }: Ridge, axis: Axis, base: number): string {
  const buckets = common(histogram);
  const highest = Math.max(...buckets.map(([, count]) => count), 1);
  const bars = buckets.map(([time, count]) => {
    // From the middle between two buckets to the next middle.
    const [left, right] = [axis.x(time / HALF_BUCKET), axis.x(time * HALF_BUCKET)];
    const bar = ((RIDGE - 14) * count) / highest;
    return `M${round(left)} ${base}V${round(base - bar)}H${round(right)}V${base}Z`;
  });
  const middle = round(axis.x(p50 * 1000));
  return [
    `<path d="${bars.join('')}" fill="${colour}" fill-opacity="0.75"/>`,
    `<line x1="${LEFT}" x2="${LEFT + PLOT}" y1="${base}" y2="${base}" stroke="#bbb"/>`,
    `<line x1="${middle}" x2="${middle}" y1="${base - RIDGE + 10}" y2="${base}" stroke="black"/>`,
    `<text x="16" y="${base - 10}">${escaped(name)}</text>`,
    `<text x="${WIDTH - RIGHT + 12}" y="${base - 22}">p50 ${timeText(p50 * 1000)}</text>`,
    `<text x="${WIDTH - RIGHT + 12}" y="${base - 6}" fill="#444">p99 ${timeText(p99 * 1000)}</text>`,
  ].join('\n');
}

/** `230 ns`, `1.5 µs`, `10 ms` */
function timeText(nanoseconds: number): string {
  const [value, unit] =
    nanoseconds < 1000
      ? [nanoseconds, 'ns']
      : nanoseconds < 1e6
        ? [nanoseconds / 1000, 'µs']
        : [nanoseconds / 1e6, 'ms'];
  return `${Number(value.toPrecision(3))} ${unit}`;
}

function round(coordinate: number): number {
  return Math.round(coordinate * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
