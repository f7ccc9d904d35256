import type { Person } from '../peers/people.js';

/** What is coded. The same in both languages: Python gets them as JSON. */
export interface Payload {
  readonly name: string;
  readonly value: unknown;
  /** The method of `People` whose argument it is, when both sides know its type. */
  readonly method?: 'one' | 'many' | 'numbers';
  /** Only here: JSON has none. */
  readonly jsOnly?: boolean;
}

const CITIES = ['Basel', 'Zürich', 'Lyon', 'København', 'Köln', 'Oslo'];
const HAN = '蛇の指輪は言葉を運ぶ、速く、正しく、静かに。';
const KIB = 1024;

/** A sequence that is the same in each run. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function person(id: number, random: () => number): Person {
  const number = Math.floor(random() * 1e6);
  return {
    id,
    name: `Person ${number}`,
    email: `person.${number}@example.org`,
    age: 18 + Math.floor(random() * 70),
    score: random() * 100,
    active: random() < 0.5,
    city: CITIES[Math.floor(random() * CITIES.length)] as string,
    created: 1.7e12 + Math.floor(random() * 1e9),
    tags: ['alpha', 'beta', 'gamma'].slice(0, Math.floor(random() * 4)),
    note: random() < 0.5 ? null : 'seen twice',
  };
}

/** What an API answers: some forty items, nested, many short strings. */
function apiDocument(random: () => number): unknown {
  return {
    total: 40,
    next: 'https://example.org/items?page=2',
    items: Array.from({ length: 40 }, (_, i) => ({
      id: i + 1,
      slug: `item-${i}-${Math.floor(random() * 1e4)}`,
      title: `The item number ${i} of many`,
      price: { amount: Math.round(random() * 1e4) / 100, currency: 'EUR' },
      stock: Math.floor(random() * 50),
      dimensions: { width: random() * 10, height: random() * 10, depth: random() * 10 },
      labels: ['new', 'red', 'large'].slice(0, Math.floor(random() * 4)),
      owner: { id: Math.floor(random() * 100), name: `Owner ${i % 7}`, verified: random() < 0.5 },
      description: 'A longer text with some words that nobody reads to its end.'.repeat(2),
      updated: null,
    })),
  };
}

export function makePayloads(): readonly Payload[] {
  const random = sequence(7);
  const people = Array.from({ length: 1000 }, (_, i) => person(i, random));
  return [
    { name: '3 integers', value: [1, -200, 70_000], method: 'numbers' },
    { name: 'record', value: people[0], method: 'one' },
    { name: '1,000 records', value: people, method: 'many' },
    { name: 'API document', value: apiDocument(random) },
    { name: 'ASCII, 1 KB', value: 'The quick brown fox. '.repeat(50).slice(0, KIB) },
    { name: 'CJK, 1 KB', value: HAN.repeat(60).slice(0, KIB) },
    {
      name: '64 keys',
      value: Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`key${i}`, i])),
    },
    { name: '10,000 floats', value: Array.from({ length: 10_000 }, () => random() * 1e3) },
    { name: 'typed array, 1 MiB', value: new Float64Array(131_072).fill(1.5), jsOnly: true },
  ];
}
