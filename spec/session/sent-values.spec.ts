/** Generators that are sent values, through both real runtimes and in both directions: spec/wire/streams.md §5. */
import { join } from 'node:path';
import { spawn, type ValidationError, type Worker } from 'ringsnake';
import type { ValueReader } from 'ringsnake/generated';
import t, { type Test } from 'tap';
import { collectUntil } from '../support/collector.js';
import { DialogueClient, dialogueDefinition } from '../support/dialogue/dialogue.gen.js';
import { type Answer, Stumped } from '../support/dialogue/dialogue.js';
import { hostDialogue } from '../support/dialogue/serve.js';
import { auditLeaks } from '../support/leaks.js';
import { pythonCommand } from '../support/python.js';
import { root } from '../support/root.js';
import { eventually } from '../support/ticker/start.js';
import { fixtureModule } from '../support/workers.js';

await auditLeaks(t);

/** Generators of the host whose `finally` ran. */
const hosted: string[] = [];

const MODULE = join(root, 'spec', 'support', 'dialogue', 'dialogue.py');

async function start(
  t: Test,
  mode: string,
  module = MODULE,
): Promise<{ worker: Worker; dialogue: DialogueClient }> {
  hosted.length = 0;
  const worker = await spawn({
    module,
    python: pythonCommand(),
    args: [mode],
    serves: [hostDialogue(hosted)],
  });
  t.teardown(() => worker.destroy());
  return { worker, dialogue: worker.client(DialogueClient) };
}

let kept = 0;
const COLLECTED = new FinalizationRegistry(() => {
  kept -= 1;
});

const yielded = <T>(value: T) => ({ done: false, value });
const DONE = { done: true, value: undefined };

for (const mode of ['own', 'relay', 'relay sync']) {
  t.test(`each value that is sent brings the next item: ${mode}`, async (t) => {
    const { dialogue } = await start(t, mode);
    const quiz = dialogue.quiz(['one', 'two']);
    const answers: Answer[] = [{ text: 'eins' }, { text: 'zwei', at: new Date(0) }];
    t.strictSame(await quiz.next(), yielded('one'));
    t.strictSame(await quiz.next(answers[0] as Answer), yielded('two'));
    t.strictSame(await quiz.next(answers[1] as Answer), { done: true, value: answers });
    t.strictSame(await quiz.next({ text: 'late' }), DONE);
    const sum = dialogue.sum(1);
    t.strictSame(await sum.next(), yielded(1));
    t.strictSame(await sum.next(2), yielded(3));
    t.strictSame(await sum.next(-0.5), yielded(2.5));
    t.strictSame(await sum.return(), DONE);
    await eventually('the finally block', async () => (await dialogue.ended()).includes('sum'));
    t.strictSame(await sum.next(1), DONE);
    const heard = dialogue.heard();
    t.strictSame(await heard.next(7), yielded('ready'), 'what is sent first is dropped');
    t.strictSame(await heard.next(2), yielded('2'));
    t.strictSame(await heard.next(null), yielded('null'));
    t.strictSame(
      await heard.next({ text: 'at', at: new Date(1000) }),
      yielded('at 1970-01-01T00:00:01+00:00'),
    );
    const nothing = mode === 'own' ? 'null' : mode === 'relay' ? 'undefined' : undefined;
    const unsaid = await heard.next();
    if (nothing !== undefined) t.strictSame(unsaid, yielded(nothing));
    await heard.return();
  });

  t.test(
    `items that are asked for before the first is there keep their order: ${mode}`,
    async (t) => {
      const { dialogue } = await start(t, mode);
      const sum = dialogue.sum(0);
      const steps = await Promise.all([sum.next(), sum.next(1), sum.next(10), sum.next(100)]);
      t.strictSame(steps, [0, 1, 11, 111].map(yielded));
      await sum.return();
      const quiz = dialogue.quiz(['one']);
      const told = await Promise.all([quiz.next(), quiz.next({ text: 'a' }), quiz.next()]);
      t.strictSame(told, [yielded('one'), { done: true, value: [{ text: 'a' }] }, DONE]);
    },
  );

  t.test(`a declared error after something was sent: ${mode}`, async (t) => {
    const { dialogue } = await start(t, mode);
    const right = dialogue.guess('snake');
    t.strictSame(await right.next(), yielded(5));
    t.strictSame(await right.next('snake'), { done: true, value: 'snake' });
    const wrong = dialogue.guess('snake');
    await wrong.next();
    const failed = wrong.next('ring');
    const behind = wrong.next('more');
    const error = (await failed.catch((error: unknown) => error)) as Stumped;
    t.ok(error instanceof Stumped);
    t.equal(error.question, 'ring');
    t.strictSame(await behind, DONE);
  });

  t.test(`what cannot be sent is refused, and the generator goes on: ${mode}`, async (t) => {
    const { dialogue } = await start(t, mode);
    const quiz = dialogue.quiz(['one', 'two']);
    await quiz.next();
    const error = await refused(quiz.next({ text: 5 } as never));
    t.equal(error.path, 'quiz()#1.next(value.text)');
    t.match(error.message, /expected string, got number 5/);
    t.match(error.source, /^dialogue\.ts:\d+$/);
    t.strictSame(await quiz.next({ text: 'eins' }), yielded('two'));
    await quiz.return([]);
    const sum = dialogue.sum(0);
    await sum.next();
    t.equal((await refused(sum.next('1' as never))).path, 'sum()#1.next(value)');
    t.strictSame(await sum.next(1), yielded(1));
    await sum.return();
  });

  t.test(`objects may be sent: ${mode}`, async (t) => {
    const { dialogue } = await start(t, mode);
    const solving = dialogue.solving();
    await solving.next();
    const riddle = (word: string) => ({ solve: (guess: string) => guess === word });
    t.strictSame(await solving.next(riddle('ring') as never), yielded(true));
    t.strictSame(await solving.next(riddle('snake') as never), yielded(false));
    await solving.return();
  });

  t.test(`who stops in the middle runs the finally block: ${mode}`, async (t) => {
    const { dialogue } = await start(t, mode);
    const quiz = dialogue.quiz(['one', 'two']);
    await quiz.next();
    t.strictSame(await quiz.return([]), { done: true, value: [] });
    await eventually('the finally block', async () => (await dialogue.ended()).includes('quiz'));
    const thrown = dialogue.quiz(['one', 'two']);
    await thrown.next();
    const reason = new Error('thrown in');
    await t.rejects(thrown.throw(reason), reason);
    await eventually('the finally block', async () => (await dialogue.ended()).includes('quiz'));
    // What a loop sends is nothing, which the type of the generator does not admit.
    for await (const total of dialogue.sum(3) as AsyncIterable<number>) if (total === 3) break;
    await eventually('the finally block', async () => (await dialogue.ended()).includes('sum'));
  });
}

t.test('of ten thousand steps each is asked for, and nothing of them is kept', async (t) => {
  const { worker, dialogue } = await start(t, 'own');
  const heard = dialogue.heard();
  await heard.next();
  for (let number = 0; number < 10_000; number++) {
    const answer = { text: `${number}` };
    const { value } = await heard.next(answer);
    if (value !== `${number} None`) t.fail(`step ${number} gave ${value}`);
    kept += 1;
    COLLECTED.register(answer, undefined);
  }
  const { frames } = worker.statistics().session;
  t.equal(frames.sent.credit?.frames, 10_001);
  t.equal(frames.received.items?.frames, 10_001);
  // The engine may still have the last.
  await collectUntil('what was sent is collected', () => kept <= 1);
  await heard.return();
});

t.test('a blocking client sends, too', async (t) => {
  const { dialogue } = await start(t, 'own');
  const quiz = dialogue.sync.quiz(['one']);
  t.strictSame(quiz.next(), yielded('one'));
  t.throws(() => quiz.next({} as never), { message: /^quiz\(\)#1\.next\(value\.text\)/ });
  t.strictSame(quiz.next({ text: 'eins' }), { done: true, value: [{ text: 'eins' }] });
  const sum = dialogue.sync.sum(1);
  t.strictSame([sum.next(), sum.next(1), sum.next(1)], [1, 2, 3].map(yielded));
  t.strictSame(sum.return(), DONE);
  await eventually('the finally block', async () => (await dialogue.ended()).includes('sum'));
});

t.test('a generator of TypeScript is sent to as generators of Python are', async (t) => {
  const { dialogue } = await start(t, '', fixtureModule('dialogue_talks.py'));
  t.strictSame(await dialogue.ended(), [
    "TypeError can't send non-None value to a just-started async generator",
    'ready',
    'null, which is a value',
    'undefined, where nothing is sent',
    '2',
    'ValidationError heard()#4.next(value): expected Answer | number, got string "x"',
    '3, and it goes on',
    'nan, as None is no number and nothing is sent',
    'StopAsyncIteration, returned one',
    'StopAsyncIteration',
    "TypeError can't send non-None value to a just-started generator",
    'ready, blocking',
    'null',
    'undefined',
    'ValidationError heard()#3.next(value): expected Answer | number, got string "x"',
    '2',
    'StopIteration, returned one',
  ]);
  await eventually('the finally blocks', () => hosted.join() === 'quiz,sum,quiz');
});

t.test('a signal, and the end of the session, end who waits', async (t) => {
  const { worker, dialogue } = await start(t, 'own');
  const controller = new AbortController();
  const silent = dialogue.withOptions({ signal: controller.signal }).silent();
  const waiting = [silent.next(), silent.next('a')];
  await begun(dialogue);
  controller.abort();
  await t.rejects(waiting[0] as Promise<unknown>, { name: 'AbortError' });
  t.strictSame(await waiting[1], DONE);
  await eventually('the finally block', async () => (await dialogue.ended()).includes('silent'));
  const left = dialogue.silent();
  const lost = [left.next(), left.next('a')];
  await begun(dialogue);
  process.kill(worker.pid, 'SIGKILL');
  await t.rejects(lost[0] as Promise<unknown>, { code: 'RS_WORKER_EXITED' });
  t.strictSame(await lost[1], DONE);
});

for (const mode of ['own', 'relay']) {
  t.test(`a generator may be a parameter: ${mode}`, async (t) => {
    const { dialogue } = await start(t, mode);
    let isFinished = false;
    async function* doubling(count: number): AsyncGenerator<string, string, number> {
      try {
        let sent = yield 'ready';
        for (; count > 0; count--) sent = yield `${2 * sent}`;
        return 'enough';
      } finally {
        isFinished = true;
      }
    }
    t.strictSame(await dialogue.drive(doubling(2), [1, 2.5]), ['ready', '2', '5']);
    await eventually('the finally block', () => isFinished);
    t.strictSame(await dialogue.drive(doubling(1), [1, 2]), ['ready', '2', 'returned enough']);
    async function* items(): AsyncGenerator<number, string> {
      yield 1;
      yield 2;
      return 'done';
    }
    t.equal(await dialogue.read(items()), '1 2, then done');
    t.equal(await dialogue.read(null), 'nothing');
    async function* wrong(): AsyncGenerator<number, string> {
      yield 1;
      return 2 as never;
    }
    await t.rejects(dialogue.read(wrong()), {
      message: /read\(generator\)#1\[0\]: expected string, got (number|float) 2/,
    });
  });
}

const MISBEHAVING = fixtureModule('misbehaving_dialogue.py');

t.test('what a peer sends and may not ends the generator, which does not see it', async (t) => {
  const { dialogue } = await start(t, '', MISBEHAVING);
  for (const [how, problem] of [
    [1, /^ValidationError drive\(generator\)#1\.next\(value\): expected number, got string "x"/],
    [2, /^ValidationError drive\(generator\)#1\.next\(\): expected .*, got array of 2/],
    [3, /^ValidationError drive\(generator\)#1\.next\(\): expected .*, got null/],
  ] as const) {
    const seen: unknown[] = [];
    let isFinished = false;
    async function* generator(): AsyncGenerator<string, string, number> {
      try {
        for (;;) seen.push(yield 'ready');
      } finally {
        isFinished = true;
      }
    }
    const [first, error = ''] = await dialogue.drive(generator(), [how]);
    t.equal(first, 'ready');
    t.match(error, problem);
    t.strictSame(seen, []);
    t.ok(isFinished);
  }
});

t.test('credit of many units for one item ends the session', async (t) => {
  const { dialogue } = await start(t, '', MISBEHAVING);
  async function* generator(): AsyncGenerator<string, string, number> {
    yield 'ready';
    return '';
  }
  await t.rejects(dialogue.drive(generator(), [7]), { code: 'RS_PROTOCOL', message: /7 units/ });
});

t.test('no more is asked for ahead than may be', async (t) => {
  const { dialogue } = await start(t, 'own');
  const silent = dialogue.silent();
  await Promise.race([silent.next(), begun(dialogue)]);
  const ahead = Array.from({ length: 1023 }, () => silent.next('a'));
  await t.rejects(silent.next('a'), { code: 'RS_BACKPRESSURE', message: /1024 items/ });
  await silent.return();
  t.ok(
    (await Promise.all(ahead)).every(({ done }) => done),
    'and those are over',
  );
  const { dialogue: misbehaving } = await start(t, '', MISBEHAVING);
  t.match(
    await misbehaving.heard().next(),
    yielded('ProtocolError the peer asked for too many items of stream 1 at once'),
  );
  async function* stuck(): AsyncGenerator<string, string, number> {
    yield 'ready';
    await new Promise(() => {});
    return '';
  }
  await t.rejects(misbehaving.drive(stuck(), [9]), { code: 'RS_PROTOCOL', message: /too many/ });
});

t.test('an item that costs more than that it was asked for ends the session', async (t) => {
  const { dialogue } = await start(t, '', MISBEHAVING);
  const silent = dialogue.silent();
  await t.rejects(silent.next(), { code: 'RS_PROTOCOL', message: /2 units .* one item/ });
});

t.test('Python refuses what it is sent and may not be', async (t) => {
  const { worker } = await start(t, 'own');
  class Lying extends DialogueClient {
    static override readonly definition = {
      ...dialogueDefinition,
      methods: dialogueDefinition.methods.map((method) => ({
        ...method,
        readResult: (reader: ValueReader) =>
          reader.readStream(
            (reader) => reader.readValue(),
            (writer, sent) => writer.writeValue((sent as unknown[])[0]),
          ),
      })),
    };
  }
  const dialogue = worker.client(Lying);
  const lie = async (sent: unknown): Promise<ValidationError> => {
    const sum = dialogue.sum(0);
    await sum.next([] as never);
    // What was asked for before it is there.
    const [before, wrong, behind] = [
      sum.next([0] as never),
      sum.next(sent as never),
      sum.next([0] as never),
    ];
    t.match(await before, { done: false });
    const error = await refused(wrong);
    t.strictSame(await behind, DONE);
    await eventually('the finally block', async () =>
      (await worker.client(DialogueClient).ended()).includes('sum'),
    );
    return error;
  };
  t.match(await lie(['one']), {
    name: 'ValidationError',
    message: /^sum\(\)#2\.next\(value\): expected number, got string "one"/,
  });
  t.match(await lie([1, 2]), { message: /^sum\(\)#2\.next\(\): expected .*, got array of 2/ });
  t.match(await lie('one'), { message: /^sum\(\)#2\.next\(\): expected/ });
});

/** Of `silent()`. */
function begun(dialogue: DialogueClient): Promise<void> {
  return eventually('its beginning', async () => (await dialogue.ended()).includes('nothing yet'));
}

async function refused(step: Promise<unknown>): Promise<ValidationError> {
  const error = await step.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof Error)) throw new TypeError('it was not refused');
  return error as ValidationError;
}
