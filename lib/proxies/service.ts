import { currentContext } from '../session/call-context.js';
import type { Service } from '../session/interface.js';
import type { Session } from '../session/session.js';
import { type Guest, guestOf } from './guest.js';
import { RingsnakeObjectsServer } from './objects.gen.js';

/** What every session serves behind all else: this side's objects, of the session that calls. Twin: python/ringsnake/_proxies/service.py. */
export const objectsService: Service = serviceOf(false);

/** The same, for a peer that may do all that this process may. */
export const exposedObjectsService: Service = serviceOf(true);

function serviceOf(isExposed: boolean): Service {
  return new RingsnakeObjectsServer({
    run: (program) => guest().host.run(program, isExposed),
    release: (references) => guest().givenBack(references),
  });
}

function guest(): Guest {
  return guestOf(currentContext()?.session as Session);
}
