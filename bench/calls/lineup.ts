import type { Driver } from './drivers/driver.js';

/** Whom we measure. Only the process that measures one loads its driver, and so its packages. */
export interface Party {
  readonly name: string;
  /** In `name@version`, as one would install them. */
  readonly npm?: readonly string[];
  readonly pip?: readonly string[];
  /** Without which it cannot be built. */
  readonly env?: Readonly<Record<string, string>>;
  load(): Promise<Driver>;
}

export const OURS = 'ringsnake';
/** Ours, on a thread of the same process. */
export const EMBEDDED = 'embedded';

export const parties: readonly Party[] = [
  { name: OURS, load: async () => (await import('./drivers/ringsnake.js')).ringsnake },
  { name: EMBEDDED, load: async () => (await import('./drivers/ringsnake.js')).embedded },
  {
    name: 'node-calls-python',
    npm: ['node-calls-python@1.11.1'],
    load: async () => (await import('./drivers/node-calls-python.js')).nodeCallsPython,
  },
  {
    name: 'pymport',
    npm: ['pymport@1.5.1'],
    // Where its prebuilt binary cannot be had, it is compiled, and says nothing of C++17, which it needs.
    env: { CXXFLAGS: '-std=gnu++17' },
    load: async () => (await import('./drivers/pymport.js')).pymport,
  },
  {
    name: 'pythonia',
    npm: ['pythonia@1.2.6'],
    load: async () => (await import('./drivers/pythonia.js')).pythonia,
  },
  {
    name: 'grpc',
    npm: ['@grpc/grpc-js@1.14.7', '@grpc/proto-loader@0.8.0'],
    pip: ['grpcio==1.85.1', 'grpcio-tools==1.85.1'],
    load: async () => (await import('./drivers/grpc.js')).grpc,
  },
  {
    name: 'zeromq',
    npm: ['zeromq@6.8.0'],
    pip: ['pyzmq==27.3.0'],
    load: async () => (await import('./drivers/zeromq.js')).zeromq,
  },
  { name: 'json-pipe', load: async () => (await import('./drivers/json-pipe.js')).jsonPipe },
  { name: 'json-socket', load: async () => (await import('./drivers/json-socket.js')).jsonSocket },
];
