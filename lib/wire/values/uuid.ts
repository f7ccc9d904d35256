const TEXT = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const SIZE = 16;

/** `uuid.UUID`. */
export class Uuid {
  /** `c9a646d3-9c61-4cb7-bfcd-ee2522c8f633`, in lower case. */
  readonly text: string;

  /** Takes the text in any case. RangeError for any other text. */
  constructor(text: string) {
    this.text = text.toLowerCase();
    if (!TEXT.test(this.text))
      throw new RangeError(`no UUID: ${JSON.stringify(text.slice(0, 40))}`);
    Object.freeze(this);
  }

  /** Of 16 bytes, in the order of the text. RangeError for any other number. */
  static fromBytes(bytes: Uint8Array): Uuid {
    if (bytes.length !== SIZE) throw new RangeError(`a UUID has 16 bytes, not ${bytes.length}`);
    const hex = Buffer.from(bytes.buffer, bytes.byteOffset, SIZE).toString('hex');
    const cuts = [0, 8, 12, 16, 20, 32];
    return new Uuid(
      cuts
        .slice(1)
        .map((end, i) => hex.slice(cuts[i], end))
        .join('-'),
    );
  }

  /** 16 bytes, in the order of the text. */
  toBytes(): Uint8Array {
    return new Uint8Array(Buffer.from(this.text.replaceAll('-', ''), 'hex'));
  }

  toString(): string {
    return this.text;
  }

  toJSON(): string {
    return this.text;
  }

  equals(other: Uuid): boolean {
    return this.text === other.text;
  }
}
