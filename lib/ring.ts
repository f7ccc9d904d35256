/** `ringsnake/ring`: shared-memory rings between processes, for those who want only these. */
export {
  type BlockingOptions,
  Channel,
  type ChannelParts,
  type Message,
} from './channel/channel.js';
export { Bulk } from './ring/bulk.js';
export { Doorbell, Region } from './ring/region.js';
export { type MessageVisitor, RingConsumer } from './ring/ring-consumer.js';
export {
  pythonPath,
  type RingOptions,
  type RingStatistics,
  type Waiting,
} from './ring/ring-end.js';
export { RingProducer } from './ring/ring-producer.js';
