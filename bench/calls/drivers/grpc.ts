import { join } from 'node:path';
import { peers } from '../../folder.js';
import type { Person } from '../../peers/people.js';
import type { Calls, Driver } from './driver.js';
import { load } from './package.js';
import { Server } from './server.js';

type Unary = (
  request: object,
  done: (error: Error | null, answer: Record<string, unknown>) => void,
) => void;

interface Grpc {
  credentials: { createInsecure(): object };
  loadPackageDefinition(definition: object): { rally: { Rally: new (...args: unknown[]) => Stub } };
}

type Stub = Record<string, Unary> & {
  close(): void;
  count(request: object): AsyncIterable<{ value?: number }>;
};

interface ProtoLoader {
  loadSync(path: string, options: object): object;
}

const MOST_BYTES = 64 << 20;

/** gRPC over a Unix socket. */
export const grpc: Driver = async (start) => {
  const { credentials, loadPackageDefinition } = load<Grpc>(start.folder, '@grpc/grpc-js');
  const loader = load<ProtoLoader>(start.folder, '@grpc/proto-loader');
  const definition = loader.loadSync(join(peers, 'rally.proto'), { longs: Number });
  const { server, at } = await Server.onSocket('rally_grpc.py', start, (path) => `unix:${path}`);
  const stub = new (loadPackageDefinition(definition).rally.Rally)(
    at,
    credentials.createInsecure(),
    {
      'grpc.max_receive_message_length': MOST_BYTES,
      'grpc.max_send_message_length': MOST_BYTES,
    },
  );
  /** Resolves to the answer, or one field of it. */
  const call = <Result>(method: string, request: object, field?: string): Promise<Result> =>
    new Promise((resolve, reject) => {
      stub[method]?.(request, (error, answer) => {
        if (error !== null) reject(error);
        else resolve((field === undefined ? answer : answer[field]) as Result);
      });
    });
  const calls: Calls = {
    add: (a, b) => call('add', { a, b }, 'value'),
    addInCoroutine: (a, b) => call('addInCoroutine', { a, b }, 'value'),
    record: (person) => call<Person>('record', person),
    records: (people) => call<Person[]>('records', { people }, 'people'),
    bytes: (data) => call<Uint8Array>('bytes', { data }, 'data'),
    sleep: (seconds) => call('sleep', { seconds }),
    async *count(items) {
      // What is zero is left out.
      for await (const { value = 0 } of stub.count({ items })) yield value;
    },
  };
  return {
    calls,
    peerPid: server.child.pid,
    close: async () => {
      stub.close();
      await server.stop();
    },
  };
};
