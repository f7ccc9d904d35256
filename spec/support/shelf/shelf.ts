import type { Int } from 'ringsnake';

export enum Binding {
  Hard = 'hard',
  Soft = 'soft',
}

/** @open */
export enum Language {
  English = 'en',
  French = 'fr',
}

export interface Author {
  name: string;
  born?: Int;
}

export interface Book {
  title: string;
  authors: Author[];
  binding: Binding;
  published: Date | null;
  pageCount: Int;
}

export interface Map {
  kind: 'map';
  scale: number;
}

/** Told apart by `kind`, which a book has not. */
export type Item = Book | Map;

/** @open */
export type Ware = Map | Globe;
export interface Globe {
  kind: 'globe';
  radius: number;
}

/** By their titles. */
export type Shelf = Record<string, Item>;

export type Isbn = string & { readonly brand: 'Isbn' };
export type Pair = [left: Book, right?: Book];
export type Whatever = unknown;
/** Of two lines. */
export type Spine = `${string}
by ${string}`;
/** Too long for a line, with bars inside. */
export interface Label {
  place: `${'upper' | 'lower'} row | ${'left' | 'middle' | 'right'} of the door | under the window`;
}

/** Not exported: it has no codec, only what it stands in. */
interface Hidden {
  secret: string;
}

export type Drawer = Hidden[];
