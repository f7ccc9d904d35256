/** Members that cannot be bridged. Examples are whole files. */
import type { Explanation } from '../explanations.js';

export const MEMBERS: Readonly<Record<string, Explanation>> = {
  RSG160: {
    text: `The answer to a call comes from another process, so it takes time: a method returns a promise, or a stream. (The
generated client has \`sync\` for calls that block, from the same declaration.) A function that is passed returns a
promise, or nothing at all.`,
    wrong: `export interface Calculator {
  add(a: number, b: number): number;
}`,
    right: `export interface Calculator {
  add(a: number, b: number): Promise<number>;
}`,
  },
  RSG161: {
    text: `A function that is passed along has one form: who calls it has only the value, and no declaration to choose by.
Methods of interfaces may be overloaded.`,
  },
  RSG162: {
    text: 'What a rest parameter takes must be an array or a tuple: `...names: string[]`.',
  },
  RSG163: {
    text: `An interface is generated once, for whoever calls it: nobody is there who could choose its type parameters. Write
the types out, or give the type parameters to the methods: the values of such a type are not checked.`,
  },
  RSG175: {
    text: `In declarations (\`.d.ts\`) that somebody has written for another purpose there may be interfaces of objects that
live on one side: their methods return values at once. They are left out, unless a type that crosses leads to them.
In files of your own the same is an error (RSG160): there it is a promise that was forgotten.`,
  },
  RSG178: {
    text: `A call is stopped by one signal: a parameter, or a member of one record of options. A second one would be lost
without a word. Who calls can give one that stands for several.`,
    wrong: `export interface Finder {
  find(text: string, a: AbortSignal, b: AbortSignal): Promise<string>;
}`,
    right: `export interface Finder {
  find(text: string, signal: AbortSignal): Promise<string>;
}`,
  },
  RSG179: {
    text: `Data beside methods are read when an object is sent, and travel with it. A service is not sent: who calls it is
connected to it by its name. An interface with data is therefore what a method takes or gives; for a service make a
method of each.`,
    wrong: `export interface Machine {
  readonly name: string;
  start(): Promise<void>;
}`,
    right: `export interface Machine {
  name(): Promise<string>;
  start(): Promise<void>;
}`,
  },
  RSG177: {
    text: `\`@default\` says what an optional field or parameter is where it is absent: who receives it finds that value, in
both languages, and Python shows it in signatures. It is one literal, of the type that it stands on; a member of an
enumeration is written by its value. Anything else after the tag is a remark to readers, and the value stays absent.`,
  },
  RSG211: {
    text: `The type parameter of a method is chosen anew at each call, in a program that the other side does not know. So its
values go by what they are, as those of \`unknown\` do: records arrive as plain objects and dictionaries, and a result
of another type than was promised is noticed by nobody. Python's signature has a \`TypeVar\`. One that is constrained
to strings, numbers, bigints or booleans is checked to be that.`,
    wrong: `export interface Cache {
  remember<T>(key: string, value: T): Promise<T>;
}`,
    right: `export interface Cache {
  remember<T extends string>(key: string, value: T): Promise<T>;
}`,
  },
  RSG174: {
    text: `Who calls an overloaded method sends the number of a form: the first, in the order of the declarations, that the
arguments look like. How many there are is looked at, and of each what kind of value it is, which literal, and which
fields it has; what functions take and give cannot be seen. A form that comes after one that takes whatever it takes
is never reached.`,
    wrong: `export interface Finder {
  find(key: string): Promise<number>;
  find(name: string): Promise<string>;
}`,
    right: `export interface Finder {
  find(key: string): Promise<number>;
  find(name: string, exact: boolean): Promise<string>;
}`,
  },
  RSG164: {
    text: `An interface is either data, which is copied, or has methods, which are called where the object is. Beside methods data
are sent with the object, as they are at that time: whoever has it finds them there, and cannot change them. So they are
\`readonly\`, or a getter without a setter. What must not be old is a method.`,
    wrong: `export interface Account {
  owner: string;
  balance: number;
  close(): Promise<void>;
}
export interface Bank {
  open(owner: string): Promise<Account>;
}`,
    right: `export interface Account {
  readonly owner: string;
  balance(): Promise<number>;
  close(): Promise<void>;
}
export interface Bank {
  open(owner: string): Promise<Account>;
}`,
  },
  RSG165: {
    text: `The key of this member is a symbol, which means nothing on the other side. Give it a name, or leave it out: what
\`Symbol.asyncDispose\` does, every generated object can do anyway.`,
    wrong: `declare const key: unique symbol;
export interface Entry {
  [key]: string;
}
export interface Store {
  put(entry: Entry): Promise<void>;
}`,
    right: `export interface Entry {
  key: string;
}
export interface Store {
  put(entry: Entry): Promise<void>;
}`,
  },
  RSG166: {
    text: `A getter or setter runs code when it is read or written. A record has data only: declare a field. Beside methods a
getter alone is data that is read when the object is sent; a setter would have to reach its owner: declare a method.`,
    wrong: `export interface Circle {
  get radius(): number;
}
export interface Plotter {
  plot(circle: Circle): Promise<void>;
}`,
    right: `export interface Circle {
  radius: number;
}
export interface Plotter {
  plot(circle: Circle): Promise<void>;
}`,
  },
  RSG167: {
    text: `Both sides are generated from one file and must agree about the methods there are. A method that may be missing
cannot be called with any certainty: declare it, and let it say that it does nothing.`,
    wrong: `export interface Cache {
  get(key: string): Promise<string | null>;
  clear?(): Promise<void>;
}`,
    right: `export interface Cache {
  get(key: string): Promise<string | null>;
  clear(): Promise<void>;
}`,
  },
  RSG168: {
    text: `Names become snake_case in Python: \`userId\` and \`userID\` are both \`user_id\`. Two members of one interface, or
two parameters of one method, cannot have the same name there. Rename one of them, or only what Python calls it,
with \`@py\`.`,
    wrong: `export interface User {
  userId: number;
  userID: number;
}
export interface Users {
  add(user: User): Promise<void>;
}`,
    right: `export interface User {
  userId: number;
  /** @py external_id */
  userID: number;
}
export interface Users {
  add(user: User): Promise<void>;
}`,
  },
  RSG169: {
    text: `The name has a meaning of its own where it would be used: an object with a method \`then\` is taken for a promise,
generated clients have \`sync\`, exceptions of Python have \`args\`. The message says which. Keywords of Python are
no problem: \`from\` becomes \`from_\`.`,
    wrong: `export interface Steps {
  then(next: string): Promise<void>;
}`,
    right: `export interface Steps {
  add(next: string): Promise<void>;
}`,
  },
  RSG170: {
    text: `An interface that can be called or constructed itself is a function with properties. Only its name would cross. Give
the call a name, or use a function type.`,
    wrong: `export interface Formatter {
  (text: string): string;
  width: number;
}
export interface Printer {
  print(text: string, format: Formatter): Promise<void>;
}`,
    right: `export interface Formatter {
  format(text: string): Promise<string>;
}
export interface Printer {
  print(text: string, format: Formatter): Promise<void>;
}`,
  },
  RSG171: {
    text: `What can be called is an exported interface: it has a name on both sides and may be extended. An alias of an object
type is the same to TypeScript, but only a name for a shape.`,
    wrong: `export type Calculator = {
  add(a: number, b: number): Promise<number>;
};`,
    right: `export interface Calculator {
  add(a: number, b: number): Promise<number>;
}`,
  },
  RSG172: {
    text: `\`@throws {Name}\` declares that a method may fail with an error of that class, which then arrives as itself in both
languages. The name must be an exported class that extends Error. Without braces the text is a remark, and goes into
the docstring only.`,
    wrong: `export class Overdrawn {
  missing = 0;
}
export interface Bank {
  /** @throws {Overdrawn} */
  withdraw(amount: number): Promise<void>;
}`,
    right: `export class Overdrawn extends Error {
  readonly missing!: number;
}
export interface Bank {
  /** @throws {Overdrawn} */
  withdraw(amount: number): Promise<void>;
}`,
  },
  RSG173: {
    text: `An error that is thrown on one side is made again on the other, from its public fields. A class with private
fields or type parameters cannot be made again. Public fields cross, declared or as constructor parameters.`,
    wrong: `export class Overdrawn extends Error {
  #missing = 1;
  get text() {
    return String(this.#missing);
  }
}
export interface Bank {
  /** @throws {Overdrawn} */
  withdraw(amount: number): Promise<void>;
}`,
    right: `export class Overdrawn extends Error {
  readonly missing!: number;
}
export interface Bank {
  /** @throws {Overdrawn} */
  withdraw(amount: number): Promise<void>;
}`,
  },
  RSG176: {
    text: `\`@py\` says what a type, method, field, parameter or member of an enumeration is called in Python. The name stands
alone after the tag, and is one that Python and the generated class have free: no keyword, and not \`self\`. A
parameter has a comment of its own: \`add(/** @py count */ n: number)\`.`,
    wrong: `export interface Users {
  /** @py import */
  load(path: string): Promise<void>;
}`,
    right: `export interface Users {
  /** @py import_users */
  load(path: string): Promise<void>;
}`,
  },
};
