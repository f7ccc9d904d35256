/**
 * Searches every state of every model of this folder: the protocol has no error, and each planted one is found.
 * RINGSNAKE_STRESS=1 adds larger bounds.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { root } from '../support/root.js';
import {
  missingForSpin,
  readVerdict,
  type Search,
  SpinFolder,
  type Verdict,
} from '../support/spin.js';
import { type Flags, type Model, models, VARIANTS } from './models.js';

const stress = process.env['RINGSNAKE_STRESS'] === '1';
const timeout = stress ? 600_000 : 120_000;

interface Expectation {
  readonly title: string;
  readonly search: Search;
  readonly finding: Verdict['finding'];
}

function expectations(model: Model): Expectation[] {
  const soundOnes = stress ? [...model.sound, ...model.large] : model.sound;
  return [
    ...soundOnes.map((flags) => expectation(model, flags, 'nothing')),
    ...model.endless.map((flags) => expectation(model, flags, 'nothing', 'cycles')),
    ...Object.entries(model.mutants).flatMap(([finding, mutants]) =>
      mutants.map((flags) => expectation(model, flags.split(' '), finding as Verdict['finding'])),
    ),
  ];
}

function expectation(
  model: Model,
  flags: Flags,
  finding: Verdict['finding'],
  searchFor: Search['searchFor'] = finding === 'cycle' ? 'cycles' : 'bad states',
): Expectation {
  const what = finding === 'nothing' ? `has no ${searchFor}` : `shows its ${finding}`;
  return {
    title: `${[model.name, ...flags].join(' ')} ${what}`,
    search: {
      model: model.name,
      flags,
      searchFor,
      unreduced: model.kills === true,
      exhaustive: finding === 'nothing',
      timeout,
    },
    finding,
  };
}

const all = models.flatMap(expectations);
const skip = missingForSpin() ?? false;

if (skip !== false) {
  for (const { title } of all) t.test(title, { skip }, async () => {});
} else {
  t.setTimeout(stress ? 3_600_000 : 200_000);
  const folder = new SpinFolder();
  t.teardown(() => folder.remove());
  // All are begun at once, and wait for a CPU; the tests wait for them in order.
  const begun = all.map((one) => ({ ...one, verdict: folder.search(one.search) }));
  for (const { verdict } of begun) verdict.catch(() => {});

  let planted = 0;
  let found = 0;
  let states = 0;
  for (const { title, finding, verdict } of begun) {
    t.test(title, async (t) => {
      const result = await verdict;
      t.comment(`${result.states} states${result.detail === '' ? '' : `: ${result.detail}`}`);
      t.equal(result.finding, finding, result.detail);
      if (finding === 'nothing') {
        t.ok(result.complete, 'every state was visited');
        states += result.states;
      } else {
        planted += 1;
        if (result.finding === finding) found += 1;
      }
    });
  }

  t.test('every planted error is found', async (t) => {
    t.comment(
      `${models.length} models, ${states} states without an error; ${found} of ${planted} mutants found`,
    );
    t.equal(found, planted);
    t.ok(planted >= 25, 'there are enough of them to mean something');
  });
}

const folder = join(root, 'spec', 'models');
const sources = new Map(
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.pml'))
    .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
);

/** The mutants in the table of a model's first comment. */
function described(source: string): string[] {
  return [...source.matchAll(/^ \* \| ([A-Z_]{2,}) /gm)].map((match) => match[1] as string);
}

function mutantsOf(model: Model): string[] {
  return Object.values(model.mutants).flatMap((mutants) =>
    mutants.map((flags) => flags.split(' ')[0] as string),
  );
}

t.test("each model's first comment lists the mutants that are searched", async (t) => {
  for (const model of models) {
    t.same(
      described(sources.get(`${model.name}.pml`) ?? '').sort(),
      mutantsOf(model).sort(),
      model.name,
    );
  }
  t.same(
    [...sources.keys()].filter((name) => !name.includes('/')).sort(),
    models.map(({ name }) => `${name}.pml`).sort(),
    'no model is forgotten',
  );
});

t.test('each conditional part of a model is a mutant, a variant or a bound', async (t) => {
  const known = new Set([...VARIANTS, ...models.flatMap(mutantsOf)]);
  t.same(unknownFlags([...sources.values()], known), []);
  t.same(unknownFlags(['#ifdef FORGOTTEN\n#endif\n#ifndef SIZE\n#define SIZE 1\n#endif'], known), [
    'FORGOTTEN',
  ]);
});

function unknownFlags(texts: readonly string[], known: ReadonlySet<string>): string[] {
  const text = texts.join('\n');
  const tested = [...text.matchAll(/(?:#ifn?def |defined\()([A-Z_0-9]+)/g)];
  const given = new Set([...text.matchAll(/#define ([A-Z_0-9]+)\b/g)].map((match) => match[1]));
  const names = new Set(tested.map((match) => match[1] as string));
  return [...names].filter((name) => !known.has(name) && !given.has(name));
}

t.test("each file that a model's first comment stands for exists", async (t) => {
  for (const [name, text] of sources) {
    const comment = text.slice(0, text.indexOf('*/'));
    for (const [path] of comment.matchAll(/(?:csrc|lib|python)\/[\w/-]+\.\w+/g)) {
      t.doesNotThrow(() => readFileSync(join(root, path)), `${path} of ${name}`);
    }
  }
});

t.test('a search that is cut short or ends in an unknown error is told apart', async (t) => {
  const report = (errors: number, first = '') =>
    `${first}\nState-vector 20 byte, depth reached 9, errors: ${errors}\n  12 states, stored\n`;
  t.match(readVerdict(report(0)), { finding: 'nothing', complete: true, states: 12 });
  t.match(readVerdict(report(0, 'error: max search depth too small')), { complete: false });
  t.match(readVerdict(report(1, 'pan:1: invalid end state (at depth 3)')), {
    finding: 'invalid end state',
  });
  t.match(readVerdict(report(1, 'pan:1: d_step blocks (at depth 3)')), { finding: 'other error' });
  t.throws(() => readVerdict('Segmentation fault'), { message: /did not finish/ });
});
