import { EXT_USER_FIRST, EXT_USER_LAST } from '../constants.gen.js';

// biome-ignore lint/suspicious/noExplicitAny: a constructor of any parameters.
type Class<T> = abstract new (...parameters: any[]) => T;

/** How instances of a class cross as another value, under a name that both sides register. */
export interface NamedType<T> {
  readonly type: Class<T>;
  /** What crosses in the instance's place. Must not hold the instance itself. */
  readonly toValue: (instance: T) => unknown;
  /** Makes the instance; throws for a value that it cannot be made of, which the reader tells as a DecodeError. */
  readonly fromValue: (value: unknown) => T;
}

/** How instances of a class cross as bytes, under a code from 32 to 63 that both sides register. */
export interface ExtensionType<T> {
  readonly type: Class<T>;
  readonly toBytes: (instance: T) => Uint8Array;
  /** Gets bytes of its own; throws for what it cannot read, which the reader tells as a DecodeError. */
  readonly fromBytes: (bytes: Uint8Array) => T;
}

/** A type and the name or the code that it was registered with. */
export type Registration =
  | { readonly name: string; readonly named: NamedType<unknown> }
  | { readonly code: number; readonly extension: ExtensionType<unknown> };

/** The user's types that `encode` and `decode` know. Only these are ever made of what arrives, besides what is built in. */
export class TypeRegistry {
  readonly #names = new Map<string, NamedType<unknown>>();
  readonly #codes = new Map<number, ExtensionType<unknown>>();
  readonly #prototypes = new Map<object, Registration>();

  /** TypeError if the name or the class is registered already. A subclass needs a name of its own. */
  register<T>(name: string, named: NamedType<T>): this {
    if (this.#names.has(name)) throw new TypeError(`${name} is registered already`);
    this.#claim(named.type, { name, named: named as NamedType<unknown> });
    this.#names.set(name, named as NamedType<unknown>);
    return this;
  }

  /** RangeError for a code that is not from 32 to 63; TypeError if the code or the class is registered already. */
  registerExtension<T>(code: number, extension: ExtensionType<T>): this {
    if (!Number.isInteger(code) || code < EXT_USER_FIRST || code > EXT_USER_LAST)
      throw new RangeError(`a code must be from ${EXT_USER_FIRST} to ${EXT_USER_LAST}`);
    if (this.#codes.has(code)) throw new TypeError(`extension ${code} is registered already`);
    this.#claim(extension.type, { code, extension: extension as ExtensionType<unknown> });
    this.#codes.set(code, extension as ExtensionType<unknown>);
    return this;
  }

  /** The type of that name, or undefined. */
  named(name: string): NamedType<unknown> | undefined {
    return this.#names.get(name);
  }

  /** The type of that code, or undefined. */
  extension(code: number): ExtensionType<unknown> | undefined {
    return this.#codes.get(code);
  }

  /** How an object crosses: by its very class, not by one that it extends. */
  registrationOf(instance: object): Registration | undefined {
    const prototype: unknown = Object.getPrototypeOf(instance);
    return prototype === null ? undefined : this.#prototypes.get(prototype as object);
  }

  #claim(type: Class<unknown>, registration: Registration): void {
    const prototype: unknown = type.prototype;
    if (typeof prototype !== 'object' || prototype === null || prototype === Object.prototype)
      throw new TypeError('a type must be a class of its own');
    if (this.#prototypes.has(prototype)) throw new TypeError(`${type.name} is registered already`);
    this.#prototypes.set(prototype, registration);
  }
}
