import { StringDecoder } from 'node:string_decoder';

/** A line that grows beyond so many characters is handed out in pieces, so that output without line feeds takes no more memory. */
const LINE_MAX = 64 * 1024;

/** Cuts a stream of bytes into lines of text, without their ends. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  #open = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    const lines = (this.#open + this.#decoder.write(chunk)).split('\n');
    this.#open = lines.pop() ?? '';
    for (const line of lines) this.#onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
    while (this.#open.length > LINE_MAX) {
      this.#onLine(this.#open.slice(0, LINE_MAX));
      this.#open = this.#open.slice(LINE_MAX);
    }
  }

  /** Hands out a last line that had no end. */
  finish(): void {
    const rest = this.#open + this.#decoder.end();
    this.#open = '';
    if (rest !== '') this.#onLine(rest);
  }
}
