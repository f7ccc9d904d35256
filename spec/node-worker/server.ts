/** The worker of these specs: as it stands here, in TypeScript, and compiled. */
import { spawn } from 'node:child_process';
import { client, type Implementation, serve } from 'ringsnake';
import { StudioServer, VisitorClient } from './studio.gen.js';
import type { Studio } from './studio.js';

const visitor = (): VisitorClient => client(VisitorClient);
const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

const studio: Implementation<Studio> = {
  add: (a, b) => a + b,
  addLater: async (a, b) => {
    await pause(1);
    return a + b;
  },
  echoBytes: (bytes) => bytes,
  sum: (samples) => samples.reduce((sum, sample) => sum + sample, 0),
  fail: (message) => {
    throw new RangeError(message);
  },
  exit: (code, lastWords) => {
    process.stderr.write(`${lastWords}\n`);
    process.exit(code);
  },
  block: (milliseconds) => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
  },
  rest: async (milliseconds) => {
    await pause(milliseconds);
    return 'rested';
  },
  callVisitor: async (times) => {
    const answers = Array.from({ length: times }, (_, i) =>
      i % 2 === 0 ? visitor().note(`note ${i}`) : visitor().noteLater(`note ${i}`),
    );
    return (await Promise.all(answers)).join(' ');
  },
  callVisitorSync: (text) => visitor().sync.note(text),
  visitorError: () => visitor().refuse().then(String, String),
  down: async (from) => (from === 0 ? 0 : 1 + (await visitor().down(from - 1))),
  print: (text) => {
    console.log(text);
    console.error(text);
  },
  surroundings: (name) =>
    JSON.stringify({ argv: process.argv, value: process.env[name], cwd: process.cwd() }),
  startChild: () => {
    const child = spawn('sleep', ['60'], { stdio: 'inherit' });
    return child.pid as number;
  },
  chat: () => {
    setInterval(() => visitor().note('chat'), 5);
  },
};

serve(new StudioServer(studio));
