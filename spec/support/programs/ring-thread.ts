/** The other end of a channel, in a thread of the same process: echoes. */
import { workerData } from 'node:worker_threads';
import { Channel } from 'ringsnake/ring';

const channel = Channel.attach(workerData as number);
for await (const message of channel) await channel.send(message as Uint8Array);
