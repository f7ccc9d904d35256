/** Ends by itself although two channels are open: nobody waits for anything. */
import { Channel } from 'ringsnake/ring';

const first = Channel.create();
const second = Channel.attach(first.descriptor);
const received = second.receive();
setTimeout(() => first.trySend(Uint8Array.of(1)), 20).unref();
await received;
console.log('received');
