/** The main job: TypeScript trains and queries a scikit-learn classifier on real handwritten digits. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from 'ringsnake';
import { type Comparison, costTable, measure } from './costs.js';
import { DigitsClient, ProgressServer } from './digits.gen.js';
import type { LabelledImage } from './digits.js';
import { JsonLinesDigits } from './json-lines.js';
import { confusionMatrix, gallery, progressBar } from './pictures.js';

const EPOCHS = 30;

const root = findRoot(dirname(fileURLToPath(import.meta.url)));
const sources = join(root, 'spec', 'examples', 'digits');
const venv = join(root, '.venv');
const python = existsSync(venv) ? venv : (process.env['PYTHON'] ?? 'python3');

const progress = new ProgressServer({
  onEpoch(epoch) {
    const line = progressBar(epoch);
    // A terminal shows one bar that moves; a file gets the last one only.
    if (process.stdout.isTTY) process.stdout.write(`\r  ${line}`);
    if (epoch.number === epoch.of)
      process.stdout.write(process.stdout.isTTY ? '\n' : `  ${line}\n`);
  },
});

console.log('Starting Python and importing scikit-learn …');
const worker = await spawn({ module: join(sources, 'digits.py'), python, serves: [progress] });
const digits = worker.client(DigitsClient);

console.log('Training on real handwritten digits; Python reports each epoch to TypeScript:');
const report = await digits.train({ epochs: EPOCHS });
console.log(
  `  ${report.trainingImages} images learnt in ${report.seconds.toFixed(1)} s, ${report.testImages} kept aside: ` +
    `${(100 * report.accuracy).toFixed(1)} % of those read correctly.\n`,
);
console.log(`Confusion matrix:\n${confusionMatrix(report)}\n`);

const images = await digits.testImages();
const predictions = await digits.classifyMany(images.map(({ pixels }) => pixels));
const wrong = images.filter(({ digit }, i) => predictions[i]?.digit !== digit);
const shown = [...images.slice(0, 5 - Math.min(wrong.length, 2)), ...wrong.slice(0, 2)];
console.log(
  `A few of them, and what they were taken for:\n${gallery(shown, shown.map(predictionOf))}\n`,
);

console.log('What a call costs, against the same call over JSON lines on a child-process pipe:');
const piped = await JsonLinesDigits.start(
  interpreter(python),
  join(sources, 'json_lines.py'),
  EPOCHS,
);
await agree();
console.log(
  costTable([
    await compare('no image: the call alone', [], 5000),
    await compare('one image', [images[0]], 2000),
    await compare(`${images.length} images`, images, 50),
  ]),
);
console.log(
  '  With images, most of the time is scikit-learn at work; the first three rows are what the call adds.',
);

piped.close();
await worker.close();

function predictionOf(image: LabelledImage): (typeof predictions)[number] {
  return predictions[images.indexOf(image)] as (typeof predictions)[number];
}

/** The same call in three ways, one after the other in this run. */
async function compare(
  call: string,
  labelled: readonly (LabelledImage | undefined)[],
  count: number,
): Promise<Comparison> {
  const batch = labelled.flatMap((image) => (image === undefined ? [] : [image.pixels]));
  const costs = [
    await measure('JSON lines, await', count, () => piped.classifyMany(batch)),
    await measure('ringsnake, await', count, () => digits.classifyMany(batch)),
    await measure('ringsnake, synchronous', count, () => digits.sync.classifyMany(batch)),
  ];
  return { call: `classifyMany() of ${call}`, costs };
}

/** Both ways must give the same answers, or the comparison means nothing. */
async function agree(): Promise<void> {
  const overPipe = await piped.classifyMany(images.map(({ pixels }) => pixels));
  const differing = overPipe.findIndex(({ digit }, i) => digit !== predictions[i]?.digit);
  if (differing >= 0) throw new Error(`image ${differing} is classified differently over the pipe`);
}

function interpreter(venvOrPython: string): string {
  const inside = join(venvOrPython, 'bin', 'python');
  return existsSync(inside) ? inside : venvOrPython;
}

function findRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : findRoot(dirname(folder));
}
