/** Types that cannot cross. Examples are whole files. */
import type { Explanation } from '../explanations.js';

export const TYPES: Readonly<Record<string, Explanation>> = {
  RSG122: {
    text: `No value is of type \`never\`, so none can be sent. It often comes from a conditional type or an intersection that
cannot be met, \`string & number\`. A method without a result returns \`Promise<void>\`.`,
    wrong: `export interface Clock {
  stop(): Promise<never>;
}`,
    right: `export interface Clock {
  stop(): Promise<void>;
}`,
  },
  RSG123: {
    text: `\`Object\` says that there is something, not what it is. Export an interface that lists the fields. For an object of
any members write \`object\`, for any value \`unknown\`: then nothing about it is checked.`,
    wrong: `export interface Plotter {
  plot(point: Object): Promise<void>;
}`,
    right: `export interface Point {
  x: number;
  y: number;
}
export interface Plotter {
  plot(point: Point): Promise<void>;
}`,
  },
  RSG124: {
    text: `What may be missing is an optional field or parameter, which is left out on the wire, too. What is there and
empty is \`null\`, which is \`None\` in Python. A method without a result returns \`Promise<void>\`.`,
  },
  RSG125: {
    text: `A symbol is equal to itself only, and only in the process that made it. Send a string, or one of a few known
strings.`,
    wrong: `export interface Paint {
  fill(color: symbol): Promise<void>;
}`,
    right: `export type Color = 'red' | 'green';
export interface Paint {
  fill(color: Color): Promise<void>;
}`,
  },
  RSG126: {
    text: `Functions cross by reference when their type says what they take and return. \`Function\` says neither. A member of
an interface that is called is written as a method: a property that holds a function is a value that may change, and
the other side could not see that.`,
    wrong: `export interface Timer {
  every(seconds: number, tick: Function): Promise<void>;
}`,
    right: `export interface Timer {
  every(seconds: number, tick: (count: number) => Promise<void>): Promise<void>;
}`,
  },
  RSG127: {
    text: `The rest of a tuple, \`...T[]\`, stands at its end: what stands behind it has no position of its own. Export an
interface with a named field for each part, or use an array if all are of one type.`,
  },
  RSG128: {
    text: `A symbol as a key means nothing on the other side. Use strings or numbers as keys, or list the keys in an
interface.`,
  },
  RSG129: {
    text: 'Its keys are known in one process only. Use a `Map`, or an array of records with a key and a value.',
  },
  RSG130: { text: 'Its items are known in one process only. Use a `Set`, or an array.' },
  RSG132: {
    text: `Memory crosses as what it holds: bytes as \`Uint8Array\`, \`ArrayBuffer\` or \`DataView\`, numbers as one of the
typed arrays, each without saying which buffer is below it. What arrives has a buffer of its own, which is never a
\`SharedArrayBuffer\`: the two sides share no memory that both could write to.`,
    wrong: `export interface Files {
  save(content: ArrayBufferLike): Promise<void>;
}`,
    right: `export interface Files {
  save(content: Uint8Array): Promise<void>;
}`,
  },
  RSG186: {
    text: `A packed array of numbers travels as the bytes of a \`Float64Array\`, from 32 KiB on without being copied: the tag belongs
at a field or a parameter that is a \`number[]\`. Python gets a \`memoryview\` of it, and gives any buffer of doubles.`,
    wrong: `export interface Sensor {
  send(/** @packed */ name: string): Promise<void>;
}`,
    right: `export interface Sensor {
  send(/** @packed */ samples: number[]): Promise<void>;
}`,
  },
  RSG187: {
    text: `Python has \`bytes\` for a \`Uint8Array\`. They own their memory, so that large ones are copied into it. The tag, at a field
or a parameter, makes it a \`memoryview\`: of the memory in which they came, from 32 KiB on without being copied. Other
typed arrays are \`memoryview\`s anyway.`,
    wrong: `export interface Camera {
  show(/** @view */ name: string): Promise<void>;
}`,
    right: `export interface Camera {
  show(/** @view */ frame: Uint8Array): Promise<void>;
}`,
  },
  RSG185: {
    text: `\`@open\` says that an enumeration or a union of literals has values that are not known yet: those of a newer
version. What arrives and is none of the known ones is kept, if it is of their kind: a string where all of them are
strings. Python has \`Color | str\` or \`Literal["a", "b"] | str\`; in TypeScript your type stays as you wrote it, and
\`'a' | 'b' | (string & {})\` says the same without the tag. The tag stands at the enumeration, at the alias, or at a
field or parameter. At a union of objects it keeps those that it does not know as they are, \`dict[str, object]\` in
Python; then each of the objects must require one and the same field to be of other literals: the tag.`,
    wrong: `/** @open */
export type Shape = Circle | Square;
export interface Circle {
  radius: number;
}
export interface Square {
  side: number;
}
export interface Shapes {
  draw(shape: Shape): Promise<void>;
}`,
    right: `/** @open */
export type Shape = Circle | Square;
export interface Circle {
  kind: 'circle';
  radius: number;
}
export interface Square {
  kind: 'square';
  side: number;
}
export interface Shapes {
  draw(shape: Shape): Promise<void>;
}`,
  },
  RSG133: {
    text: `\`Buffer\` is Node's own subclass of \`Uint8Array\`. Write \`Uint8Array\`, which every \`Buffer\` is: it may be
passed where one is asked for, and Python has \`bytes\`. What arrives is a \`Uint8Array\`.`,
    wrong: `export interface Files {
  save(content: Buffer): Promise<void>;
}`,
    right: `export interface Files {
  save(content: Uint8Array): Promise<void>;
}`,
  },
  RSG134: {
    text: `The members of an enum cross by their values, so these must be known: give each a string or a number. A union of
literals does as well: \`export type Color = 'red' | 'green'\`.`,
  },
  RSG136: {
    text: `An object of a class that has methods or private state lives in one process. Its data can be sent: export an
interface that lists the fields. To call its methods from the other side, export an interface that has only
methods; objects of such an interface cross by reference.`,
    wrong: `export class Account {
  owner = '';
  private balance = 0;
}
export interface Bank {
  open(owner: string): Promise<Account>;
}`,
    right: `export interface Account {
  owner: string;
  balance: number;
}
export interface Bank {
  open(owner: string): Promise<Account>;
}`,
  },
  RSG137: {
    text: `A brand is a name for some of the values of a type, and Python needs that name. Export it as an alias.`,
    wrong: `export interface Users {
  rename(id: string & { readonly brand: 'UserId' }): Promise<void>;
}`,
    right: `export type UserId = string & { readonly brand: 'UserId' };
export interface Users {
  rename(id: UserId): Promise<void>;
}`,
  },
  RSG138: {
    text: 'Nothing could check this literal. Use `string` or `bigint`, or a union of plain literals.',
  },
  RSG139: {
    text: `A stream is sent while it is made, item by item, so it is a whole parameter or the whole result of a method, not a
part of another value. A method returns it without a promise: it begins when somebody reads.`,
    wrong: `export interface Prices {
  watch(names: string[]): Promise<AsyncIterable<number>[]>;
}`,
    right: `export interface Prices {
  watch(name: string): AsyncIterable<number>;
}`,
  },
  RSG140: {
    text: `This is an object of the platform (a socket, a file, an error, a pattern…) that stands for something in its
process. Send what it is made of.`,
    wrong: `export interface Pages {
  load(response: Response): Promise<void>;
}`,
    right: `export interface Page {
  status: number;
  body: Uint8Array;
}
export interface Pages {
  load(page: Page): Promise<void>;
}`,
  },
  RSG142: {
    text: `A type parameter that is not filled in has no values that could be checked. Name the use that is meant:
\`export interface NumberPage extends Page<number> {}\`.`,
  },
  RSG143: {
    text: `Something with methods passes by reference: the other side calls it where it is. That needs a name by which both
sides know its methods, so it is an exported interface, not a type alias or a type without a name.`,
    wrong: `type Handle = {
  close(): Promise<void>;
};
export interface Files {
  open(path: string): Promise<Handle>;
}`,
    right: `export interface Handle {
  close(): Promise<void>;
}
export interface Files {
  open(path: string): Promise<Handle>;
}`,
  },
  RSG144: {
    text: `A promise is the answer to a call, and only the result of a method is one. Inside of a record, an array or a
parameter the value must be there. To send something that comes later, take a function or an object and let
the other side call it.`,
    wrong: `export interface Queue {
  push(item: Promise<string>): Promise<void>;
}`,
    right: `export interface Queue {
  push(item: string): Promise<void>;
}`,
  },
  RSG145: {
    text: `A value of this record needs another one of the same record, which needs another: none could ever be made. One step
of the way must be able to end.`,
    wrong: `export interface Person {
  name: string;
  mother: Person;
}
export interface Registry {
  add(person: Person): Promise<void>;
}`,
    right: `export interface Person {
  name: string;
  mother: Person | null;
}
export interface Registry {
  add(person: Person): Promise<void>;
}`,
  },
  RSG146: {
    text: 'Write `export` before the declaration: generated TypeScript imports the type by its name.',
  },
  RSG147: {
    text: `Generated Python is one module for one input, with one class for each name. Two types of the same name, from two
files, cannot both be in it. Rename one; an alias at the import does not help, for the type keeps its name.`,
  },
  RSG148: {
    text: `Looking into this type gives a new one each time, as \`Box<Box<T>>\` inside of \`Box<T>\` does, so it would never be
all known. Give the part that repeats a name of its own, without type parameters that grow.`,
    wrong: `export interface Box<T> {
  value: T;
  next?: Box<T[]>;
}
export interface Boxes {
  open(box: Box<number>): Promise<void>;
}`,
    right: `export interface Box<T> {
  value: T;
  next?: Box<T>;
}
export interface Boxes {
  open(box: Box<number>): Promise<void>;
}`,
  },
  RSG150: {
    text: `A signal does not cross: it stops the call that it is given to, and on the other side the call's own signal takes
its place. That is possible where it is a parameter, or an optional member of a record that is one; inside of
anything else there is no call that it could stop.`,
  },
  RSG149: {
    text: `Python looks the items of a set and the keys of a dictionary up by their hash, and records, arrays and unions have
none there. Use strings, numbers, literals or enumerations; or an array of what belongs together.`,
    wrong: `export interface Point {
  x: number;
  y: number;
}
export interface Board {
  show(points: Set<Point>): Promise<void>;
}`,
    right: `export interface Point {
  x: number;
  y: number;
}
export interface Board {
  show(points: Point[]): Promise<void>;
}`,
  },
  RSG210: {
    text: `On the wire the number of the branch stands before a value of a union. Who sends a plain object must find it: by a
field whose literals differ, by a required field that the other one does not have, or by what kind of value a field
holds. Where two branches pass, the one that knows more of the keys is taken, else the first: the other side, where
branches are classes, may get another one than was meant. Fields of fields and items behind the first are not looked
at; nor are the items of sets and maps, and what functions take. In Python the class of a record says which it is.
Give each a literal field; or say that the number is enough, \`/** @variant */\` at the union, or at what holds it.
In declarations of others (\`.d.ts\`) nothing is said of it.`,
    wrong: `export interface Mail {
  to: string;
  subject?: string;
}
export interface Message {
  to: string;
  text?: string;
}
export interface Post {
  send(item: Mail | Message): Promise<void>;
}`,
    right: `export interface Mail {
  kind: 'mail';
  to: string;
  subject?: string;
}
export interface Message {
  kind: 'message';
  to: string;
  text?: string;
}
export interface Post {
  send(item: Mail | Message): Promise<void>;
}`,
  },
};
