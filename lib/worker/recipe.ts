import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProtocolError } from '../errors.js';
import { exposedObjectsService, objectsService } from '../proxies/service.js';
import type { RingOptions } from '../ring/ring-end.js';
import { type CallOptions, mergedOptions } from '../session/call-options.js';
import { EXPOSURES, type Exposure } from '../session/exposure.js';
import type { Service } from '../session/interface.js';
import { VALIDATION_LEVELS, type ValidationLevel } from '../wire/validation-level.js';
import type { TypeRegistry } from '../wire/values/type-registry.js';
import type { CloseTimes } from './incarnation.js';
import type { WorkerOptions } from './worker-options.js';

const START_TIMEOUT = 30_000;
const CLOSE_TIMEOUT = 5_000;
const TERMINATE_TIMEOUT = 2_000;

/** What it takes to start a worker, each time anew, in whatever place. */
export interface Recipe {
  readonly python: string | undefined;
  /** Dotted name or absolute path. */
  readonly module: string;
  readonly args: readonly string[];
  readonly services: readonly Service[];
  readonly types: TypeRegistry | undefined;
  /** What errors tell the other side, in both directions. */
  readonly exposure: Exposure;
  readonly previews: boolean;
  readonly validation: ValidationLevel;
  /** Of every call. */
  readonly callOptions: CallOptions;
  /** Whether both sides record how long calls take. */
  readonly latencies: boolean;
  readonly ring: RingOptions;
  /** Milliseconds. */
  readonly startTimeout: number;
  readonly onProtocolError: (error: ProtocolError) => void;
}

/** Throws RangeError for options that are none. */
export function recipeOf(options: WorkerOptions): Recipe {
  return {
    python: options.python,
    module: moduleName(options.module),
    args: options.args ?? [],
    services: [
      ...(options.serves ?? []),
      options.exposeJavaScript ? exposedObjectsService : objectsService,
    ],
    types: options.types,
    exposure: exposureOf(options.exposeErrors),
    previews: options.valuePreviews ?? true,
    validation: validationOf(options.validation),
    callOptions: mergedOptions({}, { timeout: options.timeout }),
    latencies: options.statistics ?? false,
    ring: options,
    startTimeout: options.startTimeout ?? START_TIMEOUT,
    onProtocolError: options.onProtocolError ?? warn,
  };
}

/** How long an orderly end may take, unless it is told otherwise. */
export function closeTimesOf(options: WorkerOptions): CloseTimes {
  return {
    timeout: options.closeTimeout ?? CLOSE_TIMEOUT,
    terminateTimeout: options.terminateTimeout ?? TERMINATE_TIMEOUT,
  };
}

function exposureOf(exposure: Exposure = 'full'): Exposure {
  if (EXPOSURES.includes(exposure)) return exposure;
  throw new RangeError(`exposeErrors is '${exposure}', not one of ${EXPOSURES.join(', ')}`);
}

function validationOf(level: ValidationLevel = 'full'): ValidationLevel {
  if (VALIDATION_LEVELS.includes(level)) return level;
  throw new RangeError(`validation is '${level}', not one of ${VALIDATION_LEVELS.join(', ')}`);
}

/** Tells of what nobody else asked to be told of. */
export function warn(error: Error): void {
  process.emitWarning(error.message, {
    type: error.name,
    code: (error as Partial<ProtocolError>).code ?? '',
  });
}

function moduleName(module: string | URL = ''): string {
  if (module instanceof URL || module.startsWith('file:')) return fileURLToPath(module);
  const isPath = module.endsWith('.py') || module.includes('/');
  return isPath && !isAbsolute(module) ? resolve(module) : module;
}
