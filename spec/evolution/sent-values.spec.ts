/** What is sent to generators, between versions. */
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { clientOf, serviceOf, startVersion, versions } from './versions.js';

await auditLeaks(t);

const OLD = `
import type { Int } from 'ringsnake';
export interface Answer { text: string; points: Int }
export interface Quiz {
  ask(first: string | null): AsyncGenerator<string, Answer, Answer>;
  told(before: AsyncGenerator<Int> | null, by: AsyncGenerator<string, Int, Answer>): Promise<string>;
}`;

// Fields have changed their places and are more; what is sent may be more, too.
const NEW = `
import type { Int } from 'ringsnake';
export interface Answer { points: Int; sure?: boolean; text: string }
export interface Pass { why: string }
export interface Quiz {
  added(): Promise<string>;
  told(before: AsyncGenerator<Int> | null, by: AsyncGenerator<string, Int | null, Answer>): Promise<string>;
  ask(first: string | null): AsyncGenerator<string, Answer, Pass | Answer>;
}`;

const SERVED = `
import ringsnake
from api_gen import Answer, Quiz, QuizServer

class MyQuiz:
    def added(self): return "added"
    async def ask(self, first):
        answer = yield first or "first"
        assert answer.sure is None
        answer = yield f"{answer.text} {answer.points}"
        raise ringsnake.Return(answer)
    async def told(self, before, by):
        assert before is None
        said = [await anext(by)]
        said.append(await by.asend(Answer(points=7, sure=True, text="seven")))
        try: await anext(by)
        except StopAsyncIteration: pass
        return f"{' '.join(said)} {by.returned}"

ringsnake.serve(QuizServer(MyQuiz()))
`;

t.test('a client of an older interface sends to a newer server in Python', async (t) => {
  const made = await versions(t, { old: OLD, served: NEW });
  const worker = await startVersion(t, made.served, { python: SERVED });
  const quiz = clientOf(worker, made.old, 'Quiz');
  for (const face of [quiz, quiz.sync]) {
    const asked = face.ask('what?');
    t.same(await asked.next(), { done: false, value: 'what?' });
    t.same(await asked.next({ text: 'one', points: 1 }), { done: false, value: 'one 1' });
    const last = { text: 'two', points: 2 };
    t.same(await asked.next(last), { done: true, value: last });
  }
  async function* by() {
    const { text, points } = yield 'ready';
    yield `${text} ${points}`;
    return 3;
  }
  t.equal(await quiz.told(null, by()), 'ready seven 7 3');
});

const CALLING = `
import ringsnake
from api_gen import Answer, QuizClient, Run, RunServer

class MyRun:
    async def run(self):
        quiz = ringsnake.client(QuizClient)
        asked = quiz.ask("what?")
        said = [await anext(asked), await asked.asend(Answer(text="one", points=1))]
        try: await asked.asend(Answer(text="two", points=2))
        except StopAsyncIteration: pass
        async def by():
            answer = yield "ready"
            yield f"{answer.text} {answer.points}"
            raise ringsnake.Return(3)
        said.append(await quiz.told(None, by()))
        return f"{said} {asked.returned.text}"

ringsnake.serve(RunServer(MyRun()))
`;

t.test('a client of an older interface in Python sends to a newer server', async (t) => {
  const run = 'export interface Run { run(): Promise<string> }';
  const made = await versions(t, { old: `${OLD}\n${run}`, served: `${NEW}\n${run}` });
  const quiz = serviceOf(made.served, 'Quiz', {
    async *ask(first: string): AsyncGenerator<string, object, { text: string; points: number }> {
      const answer = yield first;
      return yield `${answer.text} ${answer.points}`;
    },
    async told(_: null, by: AsyncGenerator<string, number, object>) {
      const said = [(await by.next()).value];
      said.push((await by.next({ points: 7, sure: true, text: 'seven' })).value);
      said.push((await by.next({ points: 8, text: 'eight' })).value);
      return said.join(' ');
    },
  });
  const worker = await startVersion(t, made.old, { python: CALLING, serves: [quiz] });
  t.equal(
    await clientOf(worker, made.old, 'Run').run(),
    "['what?', 'one 1', 'ready seven 7 3'] two",
  );
});
