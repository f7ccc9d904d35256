/** What the Tab key offers behind something of Python's. */
import { Script } from 'node:vm';
import { stateOf } from '../proxies/proxy-state.js';
import type { Worker } from '../worker/worker.js';
import { PATIENCE } from './console.js';

/** Names joined by dots, perhaps with numbers in brackets, and the beginning of one more. */
const CHAIN = /([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*|\[\d+\])*)\.([\w$]*)$/;
/** Milliseconds that names are good for: code that runs may make others. */
const FRESH = 2000;

interface Names {
  readonly names: readonly string[];
  readonly until: number;
}

export class ProxyCompletion {
  readonly #worker: Worker;
  readonly #known = new Map<string, Names>();

  constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** Undefined: this is nothing of Python's. */
  complete(line: string): [string[], string] | undefined {
    const [, owner, beginning] = CHAIN.exec(line) ?? [];
    if (owner === undefined || beginning === undefined) return undefined;
    const names = this.#namesOf(owner);
    if (names === undefined) return undefined;
    const isWanted = (name: string): boolean =>
      name.startsWith(beginning) && (beginning.startsWith('_') || !name.startsWith('_'));
    return [names.filter(isWanted).map((name) => `${owner}.${name}`), `${owner}.${beginning}`];
  }

  #namesOf(owner: string): readonly string[] | undefined {
    const known = this.#known.get(owner);
    if (known !== undefined && known.until > Date.now()) return known.names;
    const proxy = valueIn(owner);
    if (stateOf(proxy) === undefined) return undefined;
    let names: readonly string[] = [];
    try {
      names = this.#worker.py.withOptions({ timeout: PATIENCE }).sync.dir(proxy);
    } catch {
      // It has no such attribute, or Python is busy.
    }
    this.#known.clear();
    this.#known.set(owner, { names, until: Date.now() + FRESH });
    return names;
  }
}

/** Of a chain of names in the global scope; undefined where there is none. */
function valueIn(chain: string): unknown {
  try {
    // Names that `const` made at the prompt are no properties of globalThis.
    return new Script(chain).runInThisContext();
  } catch {
    return undefined;
  }
}
