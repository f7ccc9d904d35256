import type { Int } from 'ringsnake';

/** Ten fields of the common kinds. */
export interface Person {
  id: Int;
  name: string;
  email: string;
  age: Int;
  score: number;
  active: boolean;
  city: string;
  created: number;
  tags: string[];
  note: string | null;
}

/** Known types, as the codec's benchmark has them. */
export interface People {
  one(person: Person): Promise<Person>;
  many(people: Person[]): Promise<Person[]>;
  numbers(numbers: Int[]): Promise<Int[]>;
}
