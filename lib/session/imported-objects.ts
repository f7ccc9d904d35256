import { ReleasedError, ValidationError } from '../errors.js';
import type { InterfaceDefinition } from './interface.js';
import type { CallStarter } from './session-caller.js';

/** References that arrived, as they are given back. */
interface Held {
  readonly id: number;
  count: number;
}

const NO_DATA: object = Object.freeze({});

/** What every caller of one object of the peer's shares: while one of them can be reached, the object is held. */
export class ImportedHandle {
  readonly session: CallStarter;
  readonly definition: InterfaceDefinition;
  readonly id: number;
  readonly #owner: ImportedObjects;
  /** What the object said of itself when it was last sent. */
  data: object = NO_DATA;
  #isReleased = false;

  constructor(
    owner: ImportedObjects,
    session: CallStarter,
    { id, definition }: { id: number; definition: InterfaceDefinition },
  ) {
    this.#owner = owner;
    this.session = session;
    this.id = id;
    this.definition = definition;
  }

  isOf(objects: ImportedObjects): boolean {
    return this.#owner === objects;
  }

  /** Throws ReleasedError once it has been given back. */
  mustBeHeld(): void {
    if (this.#isReleased)
      throw new ReleasedError(
        `this ${this.definition.name} was released: it cannot be used any more`,
      );
  }

  /** False: it was given back before. */
  release(): boolean {
    if (this.#isReleased) return false;
    this.#isReleased = true;
    this.#owner.release(this);
    return true;
  }
}

/** Makes what the user gets for a handle. */
export type MakeStub = (handle: ImportedHandle) => object;

interface Imported {
  readonly held: Held;
  readonly handle: WeakRef<ImportedHandle>;
  stub: WeakRef<object>;
}

/**
 * What the peer has sent by reference and not got back. Normative: spec/wire/objects.md §4. Threads: the session's.
 * Twin: python/ringsnake/_session/imported_objects.py.
 */
export class ImportedObjects {
  readonly #session: CallStarter;
  readonly #send: (released: readonly number[]) => void;
  readonly #imported = new Map<number, Imported & { readonly definition: InterfaceDefinition }>();
  readonly #collected = new FinalizationRegistry((held: Held) => this.#onCollected(held));
  /** Those whose data are being read, in which they may stand again. */
  readonly #telling = new Set<ImportedHandle>();
  /** To be given back: number, count, number, count… */
  #released: number[] = [];

  constructor(session: CallStarter, send: (released: readonly number[]) => void) {
    this.#session = session;
    this.#send = send;
  }

  /** The one live stub for a reference that arrived. */
  find(id: number, definition: InterfaceDefinition, make: MakeStub): object {
    const known = this.#imported.get(id);
    const handle = known?.handle.deref();
    if (known === undefined || handle === undefined) return this.#add(id, definition, make);
    if (known.definition.name !== definition.name)
      throw new ValidationError(definition.name, known.definition.name);
    known.held.count++;
    const stub = known.stub.deref();
    if (stub !== undefined) return stub;
    const made = make(handle);
    known.stub = new WeakRef(made);
    return made;
  }

  /** What an object that was found says of itself, which it must have said before where `read` is undefined. */
  tell(id: number, read: (() => object) | undefined): void {
    const handle = this.#imported.get(id)?.handle.deref();
    if (handle === undefined) return;
    if (read === undefined) {
      if (handle.data !== NO_DATA || this.#telling.has(handle)) return;
      const { name } = handle.definition;
      throw new ValidationError(`${name} with its data`, 'ObjectReference');
    }
    this.#telling.add(handle);
    try {
      handle.data = read();
    } finally {
      this.#telling.delete(handle);
    }
  }

  /** Gives references back that nobody has seen. */
  giveBack(id: number, count: number): void {
    if (this.#released.length === 0) queueMicrotask(() => this.#flush());
    this.#released.push(id, count);
  }

  release(handle: ImportedHandle): void {
    const known = this.#imported.get(handle.id);
    if (known?.handle.deref() !== handle) return;
    this.#collected.unregister(handle);
    this.#imported.delete(handle.id);
    this.giveBack(handle.id, known.held.count);
  }

  clear(): void {
    this.#imported.clear();
    this.#released = [];
  }

  definitions(): InterfaceDefinition[] {
    return [...this.#imported.values()].map(({ definition }) => definition);
  }

  #add(id: number, definition: InterfaceDefinition, make: MakeStub): object {
    const handle = new ImportedHandle(this, this.#session, { id, definition });
    const stub = make(handle);
    const held = { id, count: 1 };
    this.#imported.set(id, {
      held,
      definition,
      handle: new WeakRef(handle),
      stub: new WeakRef(stub),
    });
    this.#collected.register(handle, held, handle);
    return stub;
  }

  #onCollected(held: Held): void {
    // Meanwhile the object may have come again, and has another entry.
    const known = this.#imported.get(held.id);
    if (known?.held === held) this.#imported.delete(held.id);
    this.giveBack(held.id, held.count);
  }

  #flush(): void {
    const released = this.#released;
    this.#released = [];
    if (released.length > 0) this.#send(released);
  }
}
