import { currentContext } from '../session/call-context.js';
import type { Service } from '../session/interface.js';
import type { Session } from '../session/session.js';
import type { Guest } from './guest.js';
import { loadedProxies, loadProxies } from './loading.js';
import { RingsnakeObjectsServer } from './objects.gen.js';

/** What every session serves behind all else: this side's objects, of the session that calls. Twin: python/ringsnake/_proxies/service.py. */
export const objectsService: Service = serviceOf(false);

/** The same, for a peer that may do all that this process may. */
export const exposedObjectsService: Service = serviceOf(true);

function serviceOf(isExposed: boolean): Service {
  return new RingsnakeObjectsServer({
    run: (program) => withGuest((guest) => guest.host.run(program, isExposed)),
    release: (references) => withGuest((guest) => guest.givenBack(references)),
  });
}

/** Of the session that calls; what comes from a module while that is being imported may have to wait. */
function withGuest<Result>(
  use: (guest: Guest) => Result | Promise<Result>,
): Result | Promise<Result> {
  const session = currentContext()?.session as Session;
  const proxies = loadedProxies();
  if (proxies !== undefined) return use(proxies.guestOf(session));
  return loadProxies().then(({ guestOf }) => use(guestOf(session)));
}
