import { spawn } from 'ringsnake';
import { StudioClient } from './drawing.gen.js';
import { Color, type Shape } from './drawing.js';

const worker = await spawn({ module: './drawing.py' });
const studio = worker.client(StudioClient);

const box: Shape = { kind: 'box', size: [3, 4] };
console.log(await studio.area(box));
console.log(
  await studio.count({
    shapes: [box, { kind: 'circle', radius: 1 }, box],
    colors: new Map([[Color.Red, 2]]),
    drawnAt: new Date('2026-11-21'),
  }),
);
console.log(await studio.area({ kind: 'box', size: [3] } as never).catch((error) => error.message));

await worker.close();
