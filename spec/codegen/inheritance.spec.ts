/** Records that extend others are classes that extend others in Python, where that says the same. */
import { join } from 'node:path';
import { spawn } from 'ringsnake';
import t, { type Test } from 'tap';
import { AnimalsClient, AnimalsServer } from '../support/animals/animals.gen.js';
import type { Animal, Animals, Dog, Puppy, Robot } from '../support/animals/animals.js';
import { pythonCommand } from '../support/python.js';
import { root } from '../support/root.js';

const animal: Animal = { name: 'Any' };
const dog: Dog = { name: 'Dot', barks: true, friend: { name: 'Ann', born: new Date(0) } };
const puppy: Puppy = { name: 'Rex', born: new Date(1), barks: false, weeks: 3 };
const robot: Robot = { name: 'C3' };
const chippedDog = { name: 'Max', barks: true, chip: 2n ** 70n, owner: 'Ada' };
const basket = { inside: dog, handles: 2 };
const moreLabels = { host: 'h', port: 'p', 'x-y': 'z' };

const CASES: readonly (readonly [keyof Animals, ...unknown[]])[] = [
  ['animal', animal],
  ['dog', dog],
  ['puppy', puppy],
  ['robot', robot],
  ['chippedDog', chippedDog],
  ['chipped', { chip: 1n }],
  ['box', { inside: dog }],
  ['basket', basket],
  ['labels', { host: 'h' }, { host: 'h', port: 'p' }],
  ['moreLabels', moreLabels],
  ['any', animal, dog, puppy],
  ['many', [animal, null, puppy]],
];

async function start(t: Test, mode: string): Promise<AnimalsClient> {
  const methods: Record<string, (value: unknown) => unknown> = {};
  for (const [method] of CASES) methods[method] = (value) => value;
  const worker = await spawn({
    module: join(root, 'spec', 'support', 'animals', 'animals.py'),
    python: pythonCommand(),
    args: [mode],
    serves: [new AnimalsServer(methods as never)],
  });
  t.teardown(() => worker.destroy());
  return worker.client(AnimalsClient);
}

for (const mode of ['echo', 'relay', 'relay sync']) {
  t.test(`a record that extends another arrives with all its fields: ${mode}`, async (t) => {
    const client = (await start(t, mode)) as unknown as Record<
      string,
      (value: unknown) => Promise<unknown>
    >;
    for (const [method, ...values] of CASES)
      for (const value of values) t.strictSame(await client[method]?.(value), value, method);
  });
}

t.test('its class in Python extends the nearest whose fields it has as they are', async (t) => {
  const client = await start(t, 'echo');
  t.strictSame(await client.lineage(animal), ['Animal']);
  t.strictSame(await client.lineage(dog), ['Dog', 'Animal']);
  t.strictSame(await client.lineage(puppy), ['Puppy', 'Dog', 'Animal']);
  t.strictSame(await client.lineage(basket), ['Basket', 'BoxOfDog']);
  t.strictSame(await client.lineage(moreLabels), ['MoreLabels', 'Labels']);
  // Of the same field less may be said, and of two classes with fields no third one can be made.
  t.strictSame(await client.lineage(robot), ['Robot']);
  t.strictSame(await client.lineage(chippedDog), ['ChippedDog']);
});

t.test('an instance of a class below the declared one crosses as what is declared', async (t) => {
  const client = await start(t, 'echo');
  t.strictSame(await client.asAnimal(), [{ name: 'Rex' }, { name: 'Rab' }]);
});

t.test('of several branches the nearest class above a value is taken', async (t) => {
  const client = await start(t, 'echo');
  t.strictSame(await client.asEither(), [
    { name: 'Rex', barks: true },
    { name: 'Rab', barks: false },
    { name: 'Any' },
    { name: 'Dot', barks: true },
  ]);
});
