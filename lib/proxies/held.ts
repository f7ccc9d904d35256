import type { Guest } from './guest.js';

/** One reference to an object of the other side's. While it can be reached, the object is kept. */
export class Held {
  readonly guest: Guest;
  readonly number: number;
  isReleased = false;

  constructor(guest: Guest, number: number) {
    this.guest = guest;
    this.number = number;
  }
}
