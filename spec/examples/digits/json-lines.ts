/** Talks to `json_lines.py`: the same call over a child-process pipe. For comparison only. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Prediction } from './digits.js';

interface Answer {
  readonly id?: number;
  readonly predictions: readonly { digit: number; probability: number; probabilities: number[] }[];
}

export class JsonLinesDigits {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number | undefined, (answer: Answer) => void>();
  #rest = '';
  #nextId = 1;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.setEncoding('utf8');
    child.stdout?.on('data', (text: string) => {
      const lines = (this.#rest + text).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) this.#onAnswer(JSON.parse(line) as Answer);
    });
  }

  /** Starts the process and waits until its classifier is trained. */
  static async start(python: string, script: string, epochs: number): Promise<JsonLinesDigits> {
    const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    const digits = new JsonLinesDigits(child);
    const ready = new Promise((resolve, reject) => {
      digits.#waiting.set(undefined, resolve);
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`json_lines.py exited with code ${code}`)));
    });
    child.stdin?.write(`${JSON.stringify({ epochs })}\n`);
    await ready;
    return digits;
  }

  async classifyMany(images: readonly Float64Array[]): Promise<Prediction[]> {
    const id = this.#nextId++;
    const answered = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    const request = { id, images: images.map((pixels) => Array.from(pixels)) };
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
    const { predictions } = await answered;
    return predictions.map(({ digit, probability, probabilities }) => ({
      digit,
      probability,
      probabilities: Float64Array.from(probabilities),
    }));
  }

  close(): void {
    this.#child.stdin?.end();
  }

  #onAnswer(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    waiting?.(answer);
  }
}
