import { spawn } from 'ringsnake';
import { AveragesClient } from './averages.gen.js';

function* samples() {
  for (let n = 1; ; n++) yield n * n;
}

const worker = await spawn({ module: './averages.py' });

for await (const mean of worker.client(AveragesClient).moving(samples(), 3)) {
  console.log(mean.toFixed(2));
  if (mean > 20) break;
}

await worker.close();
