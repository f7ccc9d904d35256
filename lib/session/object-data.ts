import type { Caller, InterfaceDefinition } from './interface.js';

/** A generated client class of objects that say something of themselves. */
interface TellingClass<Client extends object> {
  readonly definition: InterfaceDefinition;
  readonly prototype: Client;
}

/**
 * Gives the clients of such a class what their objects said of themselves. Accessors, for it may be said anew; and not written as such, because an
 * accessor cannot be optional.
 */
export function tellsData<Client extends object>(
  { definition, prototype }: TellingClass<Client>,
  callerOf: (client: Client) => Caller,
): void {
  for (const name of definition.data?.names ?? []) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      enumerable: true,
      get(this: Client) {
        return dataOf(callerOf(this), name);
      },
    });
  }
}

function dataOf(caller: Caller, name: string): unknown {
  const data = caller.data?.();
  if (data !== undefined) return (data as Record<string, unknown>)[name];
  throw new TypeError(`\`${name}\` is known of an object that was sent, and of no service`);
}
