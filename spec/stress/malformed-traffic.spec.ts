/** Every kind of frame in every state of a session with every defect: it is ignored, reported or ends the session; both languages alike. frame.md. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t, { type Test } from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { type Malformed, malformed, PROBE, STATES } from '../support/malformed/cases.js';
import { attackNode } from '../support/malformed/node-side.js';
import { pythonCommand, pythonEnvironment } from '../support/python.js';
import { root } from '../support/root.js';

await auditLeaks(t);
t.setTimeout(3_600_000);

const LONG = process.env['RINGSNAKE_STRESS'] === '1';
/** One of so many cases; a prime, so that each defect meets each state. */
const STRIDE = LONG ? 1 : 5;
const cases = [...malformed()].filter((_, index) => index % STRIDE === 0);

const GOES_ON = 'goes on';
const BROKEN = 'RS_PROTOCOL';

interface Attack {
  /** Of each case. */
  readonly outcomes: readonly string[];
  /** What was thrown where nobody catches it. */
  readonly unhandled: readonly string[];
}

/** What becomes of sessions of Python's. */
async function attackPython(t: Test): Promise<Attack> {
  const program = join(root, 'spec', 'support', 'programs', 'malformed_session.py');
  const child = spawn(pythonCommand(), [program], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: pythonEnvironment(),
  });
  child.stdin.end(JSON.stringify({ cases, states: STATES, probe: PROBE }));
  const [output, end] = await Promise.all([text(child.stdout), once(child, 'close')]);
  t.same(end, [0, null], 'Python lives');
  return JSON.parse(output) as Attack;
}

async function attackNodeWithAll(): Promise<Attack> {
  const unhandled: string[] = [];
  const listener = (error: unknown): void => void unhandled.push(String(error));
  process.on('unhandledRejection', listener);
  const outcomes: string[] = [];
  for (const each of cases) outcomes.push(await attackNode(each));
  process.off('unhandledRejection', listener);
  return { outcomes, unhandled };
}

/** The cases that this holds for, with what became of them. */
function shown(outcomes: readonly string[], wanted: (each: Malformed) => boolean): string[] {
  return cases.flatMap((each, index) =>
    wanted(each) ? [`${outcomes[index]}: ${each.name}, when ${each.state}`] : [],
  );
}

const isOver = ({ state }: Malformed): boolean => state === 'the session has ended';
/** What no reader can go on from: frame.md, FRAME-1. */
const isUnreadable = (each: Malformed): boolean =>
  !isOver(each) && /^kind |reserved flags|all flags|shorter than its head/.test(each.name);
/** A value that is none, in a frame that can be told from others: frame.md, FRAME-2. */
const isIllFormed = ({ name, state }: Malformed): boolean =>
  /^(?!items).* 4242 with (a byte that is no value|no value|a string that is cut off|an array of 2\^32)/.test(
    name,
  ) && state !== 'a thread is blocked';

function check(t: Test, side: string, { outcomes, unhandled }: Attack): void {
  const strange = shown(outcomes, () => true).filter(
    (each) => !each.startsWith(GOES_ON) && !each.startsWith(BROKEN),
  );
  t.strictSame(strange, [], 'it goes on and answers, or ends with RS_PROTOCOL');
  t.strictSame(unhandled, [], 'nothing is thrown out of the loop');
  const unreadable = shown(outcomes, isUnreadable);
  t.ok(unreadable.length > 0);
  const read = unreadable.filter((each) => !each.startsWith(BROKEN));
  t.strictSame(read, [], 'what cannot be read ends it');
  const illFormed = shown(outcomes, isIllFormed);
  t.ok(illFormed.length > 0);
  const ended = illFormed.filter((each) => !each.startsWith(GOES_ON));
  t.strictSame(ended, [], 'a malformed value breaks nothing but itself');
  const broken = outcomes.filter((outcome) => outcome === BROKEN).length;
  t.comment(JSON.stringify({ figure: 'malformed traffic', side, cases: outcomes.length, broken }));
}

t.test(
  'sessions survive malformed traffic or end in good order, the same in both languages',
  async (t) => {
    const attacked = attackPython(t);
    const node = await attackNodeWithAll();
    const python = await attacked;
    check(t, 'Node', node);
    check(t, 'Python', python);
    t.ok(cases.length >= 2_000);
    const different = cases.flatMap(({ state, name }, index) => {
      const [here, there] = [node.outcomes[index], python.outcomes[index]];
      return here === there ? [] : [`${name}, when ${state}: ${here} in Node, ${there} in Python`];
    });
    t.strictSame(different, []);
  },
);
