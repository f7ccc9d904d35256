export enum Color {
  Red = 'red',
  Blue = 'blue',
}

export interface Circle {
  kind: 'circle';
  radius: number;
}

export interface Box {
  kind: 'box';
  size: [width: number, height: number];
}

export type Shape = Circle | Box;

export interface Drawing<T> {
  shapes: T[];
  colors: Map<Color, number>;
  drawnAt: Date;
}

export interface Studio {
  area(shape: Shape): Promise<number>;
  count(drawing: Drawing<Shape>): Promise<Record<string, number>>;
}
