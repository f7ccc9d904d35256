import { ControlSocket } from '../channel/control.js';
import { native } from '../native.js';
import { controlSocketPair } from '../ring/descriptors.js';
import { checkRingOptions, RingEnd } from '../ring/ring-end.js';
import { graceTime, INTERRUPT_SIGNAL } from './escalation.js';
import { Incarnation } from './incarnation.js';
import { findInstallation } from './installation.js';
import { findInterpreter } from './interpreter.js';
import { startDetails } from './launch.js';
import { closeTimesOf, type Recipe, recipeOf, warn } from './recipe.js';
import type { SpawnOptions } from './spawn.js';
import { Supervisor } from './supervisor.js';
import { startInterpreter, WorkerThread } from './thread.js';
import { Worker } from './worker.js';
import { workerEvents } from './worker-events.js';
import type { WorkerOptions } from './worker-options.js';
import { WorkerOutput } from './worker-output.js';

/** How to start a worker on a thread of this process. Durations in milliseconds. */
export interface EmbedOptions extends WorkerOptions {}

/** What it takes to start one. */
interface Embedding extends Recipe {
  /** Milliseconds. */
  readonly interruptAfter: number;
}

const NEVER = Number.POSITIVE_INFINITY;

/** What only a process of its own can have; the type checker sees that none is missing. */
const OF_PROCESSES = Object.keys({
  env: true,
  cwd: true,
  stdout: true,
  stderr: true,
  onLine: true,
  killAfter: true,
  restart: true,
  watch: true,
  onRestart: true,
} satisfies Record<Exclude<keyof SpawnOptions, keyof EmbedOptions>, true>);

/**
 * Starts CPython on a thread of this process, imports `module` there and returns once the module is there. What comes back is as from `spawn()`, but
 * there is no process: what crashes Python ends this one.
 *
 * There is one interpreter in a process, which all workers share and which stays until the process ends. Rejects as `spawn()` does, and with EmbedError
 * when that Python cannot be embedded, or another one was before. Options of `spawn()` that take a process are a TypeError.
 */
export async function embed(options: EmbedOptions): Promise<Worker> {
  mustBeFit({ ...options });
  const recipe: Embedding = {
    ...recipeOf(options),
    interruptAfter: graceTime('interruptAfter', options.interruptAfter),
  };
  const output = new WorkerOutput({});
  const supervisor = new Supervisor({
    first: await launchThread(recipe),
    policy: undefined,
    revivable: false,
    launch: (onBegun) => launchThread(recipe, onBegun),
    onExit: (event) => {
      workerEvents.exited(event);
      options.onExit?.(event);
    },
    onRestart: (event) => workerEvents.restarted(event),
    onStartFailure: warn,
    onEnd: () => output.end(),
  });
  return new Worker({
    supervisor,
    output,
    closeTimes: closeTimesOf(options),
    callOptions: recipe.callOptions,
    stopWatching: () => {},
  });
}

function mustBeFit(options: Readonly<Record<string, unknown>>): void {
  for (const name of OF_PROCESSES) {
    const value = options[name];
    // As it is by default it asks for nothing.
    if (value === undefined || value === false || value === NEVER || value === 'inherit') continue;
    throw new TypeError(
      `\`${name}\` is for workers in a process of their own, and embed() starts none: leave it out, or use spawn()`,
    );
  }
}

async function launchThread(
  recipe: Embedding,
  onBegun?: (incarnation: Incarnation) => void,
): Promise<Incarnation> {
  const interpreter = findInterpreter(recipe.python, process.env);
  checkRingOptions(recipe.ring);
  startInterpreter(await findInstallation(interpreter));
  const incarnation = begin(recipe);
  onBegun?.(incarnation);
  const { args } = recipe;
  await incarnation.start({
    ...startDetails(recipe, interpreter),
    // That it is there says that interrupts are wanted: they come as requests.
    interruptSignal: recipe.interruptAfter < NEVER ? INTERRUPT_SIGNAL : undefined,
    args,
  });
  // What the module has loaded is there now.
  native().armExit();
  workerEvents.started(incarnation, recipe.module);
  return incarnation;
}

function begin(recipe: Embedding): Incarnation {
  const end = RingEnd.create(recipe.ring);
  let control: ControlSocket | undefined;
  try {
    const [ownDescriptor, workerDescriptor] = controlSocketPair();
    control = new ControlSocket(ownDescriptor);
    const place = WorkerThread.start(workerDescriptor);
    const escalation = { interruptAfter: recipe.interruptAfter, killAfter: NEVER };
    return new Incarnation({ ...recipe, end, control, place, escalation });
  } catch (error) {
    control?.close();
    end.close();
    throw error;
  }
}
