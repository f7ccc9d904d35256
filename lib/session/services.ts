/**
 * What this process serves to its peer, if it is a worker. Twin: python/ringsnake/_session/services.py.
 */
import { propertyOf, type Service } from './interface.js';

const services: Service[] = [];
let announced = false;

/**
 * Serves an interface to the host, in a module that `ringsnake.spawn_node()` in Python starts: `serve(new CalculatorServer(calculator))`.
 *
 * Call it while the module is imported; afterwards the host has been told what there is. Outside a worker it does nothing that
 * anyone sees, so a module stays importable in tests. Throws TypeError when the implementation lacks a method, or the interface is
 * served already, and Error when it is too late.
 */
export function serve(service: Service): void {
  const { definition, implementation } = service;
  if (announced) {
    throw new Error(
      `serve(new ${definition.name}Server(…)) came after the module was imported: call it at the module's top level`,
    );
  }
  if (services.some((other) => other.definition.name === definition.name))
    throw new TypeError(`${definition.name} is served already`);
  const members = implementation as Readonly<Record<string, unknown>>;
  const missing = [...new Set(definition.methods.map(propertyOf))].filter(
    (name) => typeof members[name] !== 'function',
  );
  if (missing.length > 0) {
    throw new TypeError(
      `${implementation.constructor?.name ?? 'the object'} cannot serve ${definition.name}: it has no ${missing.join(', ')}`,
    );
  }
  services.push(service);
}

/** Everything served so far; from now on `serve` is too late. */
export function takeServices(): readonly Service[] {
  announced = true;
  return services;
}
