/** matplotlib without an interface: a plot as the bytes of a PNG, written where the first argument says. */
import { writeFile } from 'node:fs/promises';
import { kwargs, spawn } from 'ringsnake';

await using worker = await spawn({});
const { py } = worker;
await py.import('matplotlib').use('Agg');
const plt = await py.import('matplotlib.pyplot');
const np = await py.import('numpy');

const x = await np.linspace(0, 2 * Math.PI, 200);
using figure = await plt.figure(kwargs({ figsize: py.tuple(4, 3), dpi: 100 }));
const axes = await figure.add_subplot();
await axes.plot(x, np.sin(x), kwargs({ label: 'sine' }));
// The numbers of JavaScript go along.
await axes.plot([0, 2, 4, 6], [0.5, -0.5, 0.5, -0.5], 'o');
await axes.legend();

using file = await py.import('io').BytesIO();
await figure.savefig(file, kwargs({ format: 'png' }));
const png: Uint8Array = await py.value(file.getvalue());
const [, , path] = process.argv;
if (path !== undefined) await writeFile(path, png);
console.log('a PNG of', png.length > 5000 ? 'some kilobytes' : `${png.length} bytes`);
