import { TooManyHandlesError, ValidationError } from '../errors.js';
import { HANDLES_MAX } from '../wire/constants.gen.js';
import { describe, mismatch } from '../wire/validation.js';
import { type InterfaceDefinition, propertyOf } from './interface.js';

const IDS = 2 ** 32;

/** An object or function of ours that the peer holds. */
export interface ExportedObject {
  readonly id: number;
  readonly definition: InterfaceDefinition;
  /** As it was given. */
  readonly value: object;
  /** What has the methods. */
  readonly implementation: object;
  /** How often it was sent and not given back. */
  references: number;
  /** Whether the message that is being written has it already. */
  isWritten: boolean;
}

/**
 * What this side has sent by reference and not got back. Normative: spec/wire/objects.md §3. Threads: the session's.
 * Twin: python/ringsnake/_session/exported_objects.py.
 */
export class ExportedObjects {
  readonly #byId = new Map<number, ExportedObject>();
  readonly #byValue = new Map<object, Map<InterfaceDefinition, ExportedObject>>();
  readonly #limit: number;
  #nextId = 1;
  /** Of the message that is being written. */
  readonly #written: ExportedObject[] = [];

  constructor({ limit = HANDLES_MAX }: { readonly limit?: number } = {}) {
    this.#limit = limit;
  }

  get(id: number): ExportedObject | undefined {
    return this.#byId.get(id);
  }

  find(value: unknown, definition: InterfaceDefinition): ExportedObject | undefined {
    return this.#byValue.get(value as object)?.get(definition);
  }

  /** One reference more to `value`. Throws ValidationError for what has not the methods, TooManyHandlesError. */
  lend(value: unknown, definition: InterfaceDefinition): { id: number; isTold: boolean } {
    const exported = this.find(value, definition) ?? this.#add(value, definition);
    const { id, isWritten } = exported;
    exported.references++;
    exported.isWritten = true;
    this.#written.push(exported);
    return { id, isTold: isWritten };
  }

  /** The message was sent, or given up. */
  settle(sent: boolean): void {
    if (this.#written.length === 0) return;
    const written = this.#written.splice(0);
    for (const exported of written) exported.isWritten = false;
    if (!sent) for (const exported of written) this.#drop(exported, 1);
  }

  /** The peer gives `count` references back. False: it has not so many. */
  release(id: number, count: number): boolean {
    const exported = this.#byId.get(id);
    if (exported === undefined || count < 1 || count > exported.references) return false;
    this.#drop(exported, count);
    return true;
  }

  clear(): void {
    this.#byId.clear();
    this.#byValue.clear();
    this.#written.length = 0;
  }

  definitions(): InterfaceDefinition[] {
    return [...this.#byId.values()].map(({ definition }) => definition);
  }

  #add(value: unknown, definition: InterfaceDefinition): ExportedObject {
    const implementation = implementationOf(value, definition);
    if (this.#byId.size >= this.#limit) {
      throw new TooManyHandlesError(
        `the peer holds ${this.#limit} objects of this side already: release() them there, or see who keeps them`,
      );
    }
    const exported = {
      id: this.#takeId(),
      definition,
      value: value as object,
      implementation,
      references: 0,
      isWritten: false,
    };
    this.#byId.set(exported.id, exported);
    const known = this.#byValue.get(exported.value) ?? new Map();
    this.#byValue.set(exported.value, known.set(definition, exported));
    return exported;
  }

  #drop(exported: ExportedObject, count: number): void {
    exported.references -= count;
    if (exported.references > 0) return;
    const { id, value, definition } = exported;
    this.#byId.delete(id);
    const known = this.#byValue.get(value);
    known?.delete(definition);
    if (known?.size === 0) this.#byValue.delete(value);
  }

  /** One that was given back is not given again for as long as can be: who kept it shall not meet another object. */
  #takeId(): number {
    while (this.#nextId === 0 || this.#byId.has(this.#nextId)) this.#advanceId();
    const id = this.#nextId;
    this.#advanceId();
    return id;
  }

  #advanceId(): void {
    this.#nextId = (this.#nextId + 1) % IDS;
  }
}

function implementationOf(value: unknown, definition: InterfaceDefinition): object {
  const { name, methods, isFunction } = definition;
  if (isFunction) {
    if (typeof value !== 'function') throw mismatch(name, value);
    return { call: (...args: unknown[]) => value(...args) };
  }
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null)
    throw mismatch(name, value);
  const lacking = methods.find(
    (method) => typeof (value as Record<string, unknown>)[propertyOf(method)] !== 'function',
  );
  if (lacking === undefined) return value;
  throw new ValidationError(name, `${describe(value)} without ${propertyOf(lacking)}()`);
}
