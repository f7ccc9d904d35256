import type { Implementation } from 'ringsnake/generated';
import { DialogueServer } from './dialogue.gen.js';
import { type Answer, type Dialogue, type Riddle, Stumped } from './dialogue.js';

/** The host's generators, of both kinds. */
class Own implements Implementation<Dialogue> {
  readonly #ended: string[];

  constructor(ended: string[]) {
    this.#ended = ended;
  }

  async *quiz(questions: string[]): AsyncGenerator<string, Answer[], Answer> {
    const answers: Answer[] = [];
    try {
      for (const question of questions) answers.push(yield question);
    } finally {
      await undefined;
      this.#ended.push('quiz');
    }
    return answers;
  }

  *sum(start: number): Generator<number, void, number> {
    try {
      for (let total = start; ; ) total += yield total;
    } finally {
      this.#ended.push('sum');
    }
  }

  async *heard(): AsyncGenerator<string, void, Answer | number | null> {
    let sent = yield 'ready';
    for (;;) {
      const isAnswer = typeof sent === 'object' && sent !== null;
      sent = yield isAnswer ? said(sent as Answer) : `${sent}`;
    }
  }

  async *guess(word: string): AsyncGenerator<number, string, string> {
    const guessed = yield word.length;
    if (guessed !== word) throw new Stumped(guessed);
    return guessed;
  }

  async *solving(): AsyncGenerator<boolean, void, Riddle> {
    let riddle = yield false;
    for (;;) riddle = yield await riddle.solve('ring');
  }

  async *silent(): AsyncGenerator<string, void, string> {
    this.#ended.push('nothing yet');
    try {
      await new Promise(() => {});
    } finally {
      this.#ended.push('silent');
    }
  }

  async drive(
    generator: AsyncGenerator<string, string, number>,
    numbers: number[],
  ): Promise<string[]> {
    const said: string[] = [];
    let step = await generator.next();
    for (const number of numbers) {
      said.push(step.value);
      step = await generator.next(number);
    }
    said.push(step.done ? `returned ${step.value}` : step.value);
    await generator.return('');
    return said;
  }

  async read(generator: AsyncGenerator<number, string> | null): Promise<string> {
    if (generator === null) return 'nothing';
    const items: number[] = [];
    let step = await generator.next();
    for (; !step.done; step = await generator.next()) items.push(step.value);
    return `${items.join(' ')}, then ${step.value}`;
  }

  ended(): string[] {
    return this.#ended.splice(0);
  }
}

function said({ text, at }: Answer): string {
  return `${text} ${at?.toISOString().replace('.000Z', '+00:00') ?? 'None'}`;
}

/** Those whose `finally` ran are in `ended`. */
export function hostDialogue(ended: string[]): DialogueServer {
  return new DialogueServer(new Own(ended));
}
