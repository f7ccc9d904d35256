import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Channel, pythonPath } from 'ringsnake/ring';

const PRICES = 1_000_000;
const SYMBOLS = 4;

const channel = Channel.create();
// The peer inherits the channel's socket as descriptor 3.
const consumer = spawn('python3', ['consumer.py'], {
  env: { ...process.env, PYTHONPATH: pythonPath },
  stdio: ['ignore', 'inherit', 'inherit', channel.descriptor],
});
channel.closeDescriptor();

const bytes = new Uint8Array(16);
const view = new DataView(bytes.buffer);
for (let i = 0; i < PRICES; i++) {
  view.setUint32(0, i % SYMBOLS, true);
  view.setFloat64(8, 100 + (i % 7), true);
  // A full ring takes no more for now: `send` waits for room.
  if (!channel.producer.write(bytes)) await channel.send(bytes);
}
channel.close();
await once(consumer, 'exit');
