/** A place in a lane. */
interface Link<Item> {
  readonly item: Item;
  before: Link<Item> | undefined;
  after: Link<Item> | undefined;
}

/** Items in the order of their arrival. Each may leave from anywhere, at the same small cost. */
export class Lane<Item> {
  readonly #links = new Map<Item, Link<Item>>();
  #first: Link<Item> | undefined;
  #last: Link<Item> | undefined;

  /** The item that has waited longest. */
  get first(): Item | undefined {
    return this.#first?.item;
  }

  /** REQUIRES: `item` is not in this lane. */
  push(item: Item): void {
    const link: Link<Item> = { item, before: this.#last, after: undefined };
    this.#links.set(item, link);
    if (this.#last === undefined) this.#first = link;
    else this.#last.after = link;
    this.#last = link;
  }

  /** Whether it was there. */
  remove(item: Item): boolean {
    const link = this.#links.get(item);
    if (link === undefined) return false;
    this.#links.delete(item);
    if (link.before === undefined) this.#first = link.after;
    else link.before.after = link.after;
    if (link.after === undefined) this.#last = link.before;
    else link.after.before = link.before;
    return true;
  }

  /** All items, oldest first. */
  items(): Item[] {
    const items: Item[] = [];
    for (let link = this.#first; link !== undefined; link = link.after) items.push(link.item);
    return items;
  }
}
