import { UnknownHandleError, ValidationError } from '../errors.js';
import { type ObjectReference, Owner, type ReferencePort } from '../wire/extensions/references.js';
import { type ExportedObject, ExportedObjects } from './exported-objects.js';
import { type ImportedHandle, ImportedObjects } from './imported-objects.js';
import type { ClientClass, InterfaceDefinition } from './interface.js';
import { ObjectCaller } from './object-caller.js';
import type { CallStarter } from './session-caller.js';
import { handleOf, registerStub } from './stubs.js';

/** Objects and functions in use across a session, by the name of their type. */
export interface HandleStatistics {
  /** Of this side, held by the peer. */
  readonly exported: Readonly<Record<string, number>>;
  /** Of the peer, held here. */
  readonly imported: Readonly<Record<string, number>>;
}

/**
 * The objects and functions that cross by reference, in both directions. Normative: spec/wire/objects.md. Threads: the session's.
 * Twin: python/ringsnake/_session/objects.py.
 */
export class SessionObjects implements ReferencePort {
  readonly #exports = new ExportedObjects();
  readonly #imports: ImportedObjects;
  #isOver = false;

  /** `send` sends what was given back: number, count, number, count… */
  constructor(session: CallStarter, send: (released: readonly number[]) => void) {
    this.#imports = new ImportedObjects(session, send);
  }

  /** An object of ours by the number that the peer names. */
  exported(id: number): ExportedObject {
    const exported = this.#exports.get(id);
    if (exported !== undefined) return exported;
    throw new UnknownHandleError(`object ${id} is not known here: it was released, or never given`);
  }

  /** The number of an object of ours that the peer holds. */
  idOf(value: unknown, definition: InterfaceDefinition): number | undefined {
    return this.#exports.find(value, definition)?.id;
  }

  lend(value: unknown, type: object): ObjectReference {
    const definition = type as InterfaceDefinition;
    const handle = handleOf(value);
    if (handle?.isOf(this.#imports) && handle.definition.name === definition.name) {
      handle.mustBeHeld();
      return { id: handle.id, owner: Owner.receiver };
    }
    return { ...this.#exports.lend(value, definition), owner: Owner.sender };
  }

  find({ id, owner }: ObjectReference, type: object): unknown {
    const definition = definitionOf(type);
    if (owner === Owner.sender)
      return this.#imports.find(id, definition, (handle) => stubOf(handle, type));
    const exported = this.exported(id);
    if (exported.definition.name === definition.name) return exported.value;
    throw new ValidationError(definition.name, exported.definition.name);
  }

  tell(id: number, read: (() => object) | undefined): void {
    this.#imports.tell(id, read);
  }

  giveBack(id: number): void {
    this.#imports.giveBack(id, 1);
  }

  settle(sent: boolean): void {
    this.#exports.settle(sent);
  }

  /** The peer gave references back. What it does not hold cannot be: it is ignored. */
  released(list: unknown): void {
    if (!Array.isArray(list)) return;
    for (let at = 0; at + 1 < list.length; at += 2) {
      const [id, count]: unknown[] = list.slice(at, at + 2);
      if (typeof id === 'number' && typeof count === 'number') this.#exports.release(id, count);
    }
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#exports.clear();
    this.#imports.clear();
  }

  statistics(): HandleStatistics {
    return {
      exported: counted(this.#exports.definitions()),
      imported: counted(this.#imports.definitions()),
    };
  }
}

function definitionOf(type: object): InterfaceDefinition {
  return 'definition' in type
    ? (type as ClientClass<object>).definition
    : (type as InterfaceDefinition);
}

/** What the user gets: an instance of the generated client, or a function. */
function stubOf(handle: ImportedHandle, type: object): object {
  const caller = new ObjectCaller(handle, {});
  const stub =
    'definition' in type
      ? new (type as ClientClass<object>)(caller)
      : (...args: unknown[]) => caller.callFunction(args);
  registerStub(stub, caller);
  return stub;
}

function counted(definitions: readonly InterfaceDefinition[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { name } of definitions) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
