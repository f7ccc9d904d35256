/** The program of a worker in Node.js: hello, import, welcome, calls, goodbye. Twin: python/ringsnake/_worker/main.py. */
import { join } from 'node:path';
import { ControlSocket } from '../channel/control.js';
import { ResourceError, SessionClosedError } from '../errors.js';
import { exposedObjectsService } from '../proxies/service.js';
import { exitWithParent } from '../ring/descriptors.js';
import { RingEnd } from '../ring/ring-end.js';
import type { Service } from '../session/interface.js';
import { errorToWire } from '../session/remote-error.js';
import { announce } from '../session/served-interface.js';
import { takeServices } from '../session/services.js';
import { Session } from '../session/session.js';
import { BULK_LIMIT_DEFAULT, CONTROL_DESCRIPTOR, FrameKind } from '../wire/constants.gen.js';
import { type Hello, readHello } from './hello.js';
import { setHost } from './host.js';
import { importModule } from './module.js';

/** How long an orderly end may take after the host has died. */
const ORPHAN_GRACE_MS = 750;

// A Ctrl-C at the terminal reaches the whole group; it is the host that decides what becomes of us.
process.on('SIGINT', () => {});
await work(accept());

/** Blocks until the host's hello is there. */
function accept(): ReturnType<typeof ControlSocket.accept> {
  const [, , descriptor = CONTROL_DESCRIPTOR] = process.argv;
  try {
    return ControlSocket.accept(Number(descriptor));
  } catch (error) {
    if (!(error instanceof ResourceError)) throw error;
    process.stderr.write('this is started by ringsnake.spawn_node() in Python, not by hand\n');
    process.exit(2);
  }
}

async function work({
  control,
  hello: value,
  descriptors,
}: ReturnType<typeof ControlSocket.accept>): Promise<void> {
  let hello: Hello;
  try {
    hello = readHello(value, descriptors);
  } catch (error) {
    refuse(control, errorToWire(error));
    return;
  }
  exitWithParent(hello.hostPid, ORPHAN_GRACE_MS);
  process.argv.splice(1, 2, hello.module || join(process.cwd(), '_'));
  const { session, services } = meet(hello, descriptors[0] as number);
  control.listen({
    onFrame: (kind) => {
      if (kind === FrameKind.goodbye) void sayGoodbye(session);
    },
    onEnd: () => leave(session),
    onBroken: () => leave(session),
  });
  try {
    if (hello.module !== '') await importModule(hello.module);
    services.push(...takeServices(), exposedObjectsService);
  } catch (error) {
    refuse(control, { ...errorToWire(error), code: 'RS_MODULE_IMPORT' });
    return;
  }
  control.send(FrameKind.welcome, { node: process.version, serves: announce(services) });
}

/** The session, and the list that what is served belongs into. */
function meet(hello: Hello, socket: number): { session: Session; services: Service[] } {
  const services: Service[] = [];
  const end = RingEnd.attach(socket, {
    bulkLimit: hello.bulkLimit ?? BULK_LIMIT_DEFAULT,
    bulkThreshold: hello.bulkThreshold ?? Number.POSITIVE_INFINITY,
    waiting: hello.waiting,
  });
  const session = new Session(end, services, {
    previews: hello.previews,
    validation: hello.validation,
    peerGone: hostIsGone,
    onProtocolError: (error) =>
      process.emitWarning(error.message, { code: error.code, type: error.name }),
    onBroken: (error) => {
      process.stderr.write(`the host broke the wire, the worker ends: ${error.message}\n`);
      process.exit(1);
    },
    servingHint: (name) => `in Python pass \`serves=[${name}Server(…)]\` to spawn_node()`,
  });
  session.introduce(hello.serves);
  setHost({ session, end });
  return { session, services };
}

async function sayGoodbye(session: Session): Promise<void> {
  // Calls that were made before may still lie in the ring: it is looked at in each turn of the event loop, after the socket.
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
  await session.drain();
  leave(session);
}

function refuse(control: ControlSocket, error: object): void {
  control.send(FrameKind.refusal, error);
  process.exit(1);
}

function hostIsGone(): SessionClosedError {
  return new SessionClosedError('the host closed the session');
}

/** Those whose calls end now get one turn to clean up; nobody is there to hear what they throw. */
function leave(session: Session): void {
  process.on('unhandledRejection', () => {});
  session.end(hostIsGone());
  // What was written to a pipe may still wait for room in it.
  const flushed = [process.stdout, process.stderr].map(
    (stream) => new Promise<void>((resolve) => stream.write('', () => resolve())),
  );
  void Promise.all(flushed).then(() => setImmediate(() => process.exit(0)));
}
