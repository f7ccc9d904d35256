import type { guestOf } from './guest.js';
import type { Python } from './python.js';

/** What runs proxies. */
export interface Proxies {
  readonly guestOf: typeof guestOf;
  readonly Python: typeof Python;
}

let loading: Promise<Proxies> | undefined;
let loaded: Proxies | undefined;

/** Some forty files: a worker loads them while its other half comes up, and not every program with the package. */
export function loadProxies(): Promise<Proxies> {
  loading ??= load();
  return loading;
}

/** Undefined: they are not there yet. */
export function loadedProxies(): Proxies | undefined {
  return loaded;
}

async function load(): Promise<Proxies> {
  const [{ guestOf }, { Python }] = await Promise.all([
    import('./guest.js'),
    import('./python.js'),
  ]);
  loaded = { guestOf, Python };
  return loaded;
}
