import { type Payment, Role, type User } from '../peers/users.js';

/** What is validated: by `Users`, and as JSON by the others. */
export interface Payload {
  readonly name: string;
  readonly value: User | readonly User[];
  readonly method: 'one' | 'many';
}

const ROLES = [Role.Admin, Role.Editor, Role.Viewer] as const;
const CITIES = ['Basel', 'Lyon', 'Oslo', 'Ghent', 'Turku'];

function payment(id: number): Payment {
  switch (id % 3) {
    case 0:
      return {
        kind: 'card',
        number: `4000 1234 ${1000 + (id % 9000)}`,
        expires: [2030, 1 + (id % 12)],
      };
    case 1:
      return {
        kind: 'transfer',
        iban: `CH93 0076 2011 ${id}`,
        bank: id % 2 === 0 ? null : 'First',
      };
    default:
      return { kind: 'voucher', code: `SPRING-${id}`, value: 12.5 + (id % 7) };
  }
}

function user(id: number): User {
  return {
    id,
    name: `Person ${id}`,
    email: `person.${id}@example.org`,
    active: id % 2 === 0,
    score: (id % 97) + 0.25,
    role: ROLES[id % ROLES.length] as Role,
    born: new Date(Date.UTC(1960 + (id % 45), id % 12, 1 + (id % 28), id % 24, id % 60)),
    address: {
      street: `Long Street ${id % 100}`,
      city: CITIES[id % CITIES.length] as string,
      ...(id % 3 === 0 ? { zip: `${4000 + (id % 999)}` } : {}),
      country: 'CH',
    },
    tags: ['alpha', 'beta', 'gamma'].slice(0, id % 4),
    payment: payment(id),
    ...(id % 4 === 0 ? { nickname: `P${id}` } : {}),
    note: id % 2 === 0 ? null : 'seen twice',
    settings: { volume: id % 11, contrast: 0.5, zoom: 1 + (id % 3) },
    position: [id / 8, -id / 16],
  };
}

export function makePayloads(): readonly Payload[] {
  const users = Array.from({ length: 1000 }, (_, i) => user(i + 6));
  return [
    { name: 'record', value: users[0] as User, method: 'one' },
    { name: '1,000 records', value: users, method: 'many' },
  ];
}
