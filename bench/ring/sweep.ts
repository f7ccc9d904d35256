/**
 * `npm run bench -- ring sweep`: how fast the limit program streams through rings of every size, and how long a round trip
 * takes. It decides the default capacity.
 */
import { median } from '../quantile.js';
import { bytesName, type Lineup } from './lineup.js';
import { type Measurement, type Unit, values } from './metric.js';
import { type Choice, isChosen, type Report } from './report.js';
import { measureAll, type Results } from './rounds.js';
import { alignedTable } from './table.js';

const KIBIBYTE = 1024;
const CAPACITIES = [64, 256, 1024, 2048, 4096, 8192, 16384, 65536].map((kib) => kib * KIBIBYTE);
const PAYLOADS = [64, 4 * KIBIBYTE, 64 * KIBIBYTE];
const BATCH_BYTES = 4096;
const ROUNDS = 5;
const SLICE_MS = 400;
const QUICK = 0.2;
/** Long enough that a window holds more than the largest ring. */
const WINDOW_MICROSECONDS = 20_000;

interface Column {
  readonly heading: string;
  readonly unit: Unit;
  measurement(ringCapacity: number): Measurement;
}

const lineup = (ringCapacity: number): Lineup => ({
  driver: 'c++',
  peer: 'c++',
  link: 'ring',
  ringCapacity,
  waiting: 'spin',
});

const COLUMNS: readonly Column[] = [
  ...PAYLOADS.map(
    (payloadBytes): Column => ({
      heading: `${bytesName(payloadBytes)}, ${payloadBytes === 64 ? 'M/s' : 'GB/s'}`,
      unit: payloadBytes === 64 ? 'M/s' : 'GB/s',
      measurement: (ringCapacity) => ({
        lineup: lineup(ringCapacity),
        order: {
          action: 'send',
          payloadBytes,
          batch: Math.max(1, Math.floor(BATCH_BYTES / payloadBytes)),
        },
      }),
    }),
  ),
  {
    heading: 'round trip, µs',
    unit: 'µs',
    measurement: (ringCapacity) => ({
      lineup: lineup(ringCapacity),
      order: { action: 'call', payloadBytes: 64, batch: 1 },
    }),
  },
];

/** Whether a record of that size fits the ring wherever its positions are. */
function fits({ lineup: { ringCapacity }, order: { payloadBytes } }: Measurement): boolean {
  return payloadBytes < ringCapacity / 2 - KIBIBYTE;
}

export async function runSweep(choice: Choice): Promise<Report> {
  const columns = COLUMNS.filter(({ heading }) => isChosen(heading, choice));
  const cells = CAPACITIES.map((capacity) =>
    columns.map(({ measurement }) => measurement(capacity)),
  );
  const results = await measureAll(cells.flat().filter(fits), {
    placement: choice.placement,
    rounds: ROUNDS,
    milliseconds: SLICE_MS * (choice.quick ? QUICK : 1),
    windowMicroseconds: WINDOW_MICROSECONDS,
  });
  const body = CAPACITIES.map((capacity, i) => [
    bytesName(capacity),
    ...columns.map(({ unit }, j) => cellText(results, cells[i]?.[j], unit)),
  ]);
  const heading = ['ring', ...columns.map((column) => column.heading)];
  return {
    text: `C++ to C++. CPUs: ${choice.placement}. Medians of ${ROUNDS} rounds.\n${alignedTable([heading, ...body])}`,
    figures: {
      rows: results.all.map(({ measurement: { lineup: side, order }, samples }) => ({
        ringCapacity: side.ringCapacity,
        ...order,
        rounds: samples,
      })),
    },
    drawings: {},
  };
}

function cellText(results: Results, measurement: Measurement | undefined, unit: Unit): string {
  const samples = measurement && results.lookup(measurement);
  return measurement && samples ? median(values(measurement, unit, samples)).toFixed(2) : '';
}
