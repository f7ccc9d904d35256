import type { Int } from 'ringsnake';

/** What all of them have. */
export interface Animal {
  name: string;
  born?: Date;
}

export interface Dog extends Animal {
  barks: boolean;
  friend?: Animal;
}

/** Names its fields again, as they are. */
export interface Puppy extends Dog {
  barks: boolean;
  /** Since it was born. */
  weeks: Int;
}

/** Some of its names are all it may have: a Python class could not say so of the same field. */
export interface Robot extends Animal {
  name: 'R2' | 'C3';
}

export interface Chipped {
  chip: bigint;
}

/** Two records above it. */
export interface ChippedDog extends Dog, Chipped {
  owner: string;
}

export interface Box<T> {
  inside: T;
}

export interface Basket extends Box<Dog> {
  handles: Int;
}

/** Beside its fields it has others, and so has what extends it. */
export interface Labels {
  host: string;
  [label: string]: string;
}

export interface MoreLabels extends Labels {
  port: string;
}

export interface Animals {
  animal(value: Animal): Promise<Animal>;
  dog(value: Dog): Promise<Dog>;
  puppy(value: Puppy): Promise<Puppy>;
  robot(value: Robot): Promise<Robot>;
  chippedDog(value: ChippedDog): Promise<ChippedDog>;
  chipped(value: Chipped): Promise<Chipped>;
  box(value: Box<Dog>): Promise<Box<Dog>>;
  basket(value: Basket): Promise<Basket>;
  labels(value: Labels): Promise<Labels>;
  moreLabels(value: MoreLabels): Promise<MoreLabels>;
  any(value: Animal | Dog | Puppy): Promise<Animal | Dog | Puppy>;
  many(value: (Animal | Puppy | null)[]): Promise<(Animal | Puppy | null)[]>;
  /** The class of an argument in Python, and those above it. */
  lineage(
    value: Animal | Dog | Puppy | Robot | ChippedDog | Basket | MoreLabels,
  ): Promise<string[]>;
  /** A Puppy, where less is declared: as it is, and as one of an untold class below it. */
  asAnimal(): Promise<[Animal, Animal]>;
  asEither(): Promise<(Animal | Dog)[]>;
}
