import { type ClientClass, propertyOf } from '../session/interface.js';

/** The same methods, to every member: the results in the order of the members. */
export type Broadcast<Client> = {
  readonly [K in keyof Client as Client[K] extends (...args: never) => Promise<unknown>
    ? K
    : never]: Client[K] extends (...args: infer Args) => Promise<infer Result>
    ? (...args: Args) => Promise<Result[]>
    : never;
};

/** The same, each result with whether it came. */
export type SettledBroadcast<Client> = {
  readonly [K in keyof Client as Client[K] extends (...args: never) => Promise<unknown>
    ? K
    : never]: Client[K] extends (...args: infer Args) => Promise<infer Result>
    ? (...args: Args) => Promise<PromiseSettledResult<Result>[]>
    : never;
};

type Method = (...args: unknown[]) => Promise<unknown>;

/** Calls every one of `clients()`, which is asked anew for each call; `gather` makes one promise of their answers. */
export function broadcastOf<Client>(
  { definition }: ClientClass<Client>,
  clients: () => readonly Client[],
  gather: (answers: Promise<unknown>[]) => Promise<unknown>,
): Record<string, Method> {
  const methods = definition.methods
    .map(propertyOf)
    .map((name): [string, Method] => [
      name,
      (...args) =>
        gather(
          clients().map(
            (client) =>
              (client as unknown as Record<string, Method>)[name]?.(...args) as Promise<unknown>,
          ),
        ),
    ]);
  return Object.fromEntries(methods);
}
