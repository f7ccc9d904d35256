import type { Driver } from './drivers/driver.js';
import { jsonPipe } from './drivers/json-pipe.js';
import { jsonSocket } from './drivers/json-socket.js';
import { ringsnake } from './drivers/ringsnake.js';
import { add } from './trials/add.js';
import { bytes } from './trials/bytes.js';
import { record } from './trials/record.js';
import type { Trial } from './trials/trial.js';

export const trials: readonly Trial[] = [add, record, bytes];
export const drivers: readonly Driver[] = [ringsnake, jsonPipe, jsonSocket];

/** The driver that the others are compared with. */
export const baseline: string = jsonPipe.name;

/** How a call is made: awaited one after the other, blocking, or with many in flight. */
export type Variant = 'await' | 'sync' | 'pipelined';

export const variantsOf = (driver: Driver): readonly Variant[] =>
  driver === ringsnake ? ['sync', 'await', 'pipelined'] : ['await', 'pipelined'];
