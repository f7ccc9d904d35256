/** The places of a value where something of another kind can stand, by its schema. */
import {
  resolve,
  type Schema,
  type Shape,
  type Slot,
  slotType,
  type Type,
} from '../../../lib/schema/model.js';
import { memberSegment } from '../../../lib/wire/validation.js';

export type Step = string | number;

export interface Spot {
  /** Behind the name of the parameter. */
  readonly path: string;
  readonly steps: readonly Step[];
  readonly type: Type;
}

/** `given`: as the user has it; `sent`: as it is on the wire, where records are arrays and a union says its branch. */
export type Form = 'given' | 'sent';

export function* spotsOf(
  type: Type,
  value: unknown,
  { schema, form }: { readonly schema: Schema; readonly form: Form },
): Generator<Spot> {
  yield* new Walk(schema, form).spots(type, value, { path: '', steps: [] });
}

type At = Omit<Spot, 'type'>;

class Walk {
  readonly #schema: Schema;
  readonly #form: Form;

  constructor(schema: Schema, form: Form) {
    this.#schema = schema;
    this.#form = form;
  }

  *spots(type: Type, value: unknown, at: At): Generator<Spot> {
    yield { ...at, type };
    const { type: shape } = resolve(type, this.#schema);
    if (value === null || value === undefined || shape === undefined) return;
    const inside = (item: Type, step: Step, segment: string) =>
      this.spots(item, (value as Record<Step, unknown>)[step], {
        path: at.path + segment,
        steps: [...at.steps, step],
      });
    switch (shape.kind) {
      case 'record':
        for (const [index, field] of shape.fields.entries()) {
          const step = this.#form === 'given' ? field.name : index;
          yield* inside(slotType(field), step, memberSegment(field.name));
        }
        break;
      case 'array':
        for (const index of (value as unknown[]).keys())
          yield* inside(shape.item, index, `[${index}]`);
        break;
      case 'tuple':
        for (const index of (value as unknown[]).keys())
          yield* inside(itemOf(shape, index), index, `[${index}]`);
        break;
      case 'dict':
        for (const key of Object.keys(value as object))
          yield* inside(shape.value, key, memberSegment(key));
        break;
      case 'union':
        // Templates are strings, and no branches.
        if (this.#form === 'sent' && Array.isArray(value)) {
          const [branch] = value as [number];
          const [, ...parts] = this.spots(shape.branches[branch] as Type, (value as unknown[])[1], {
            path: at.path,
            steps: [...at.steps, 1],
          });
          yield* parts;
        }
        break;
      default:
    }
  }
}

function itemOf({ items, rest }: Extract<Shape, { kind: 'tuple' }>, index: number): Type {
  const slot: Slot | undefined = items[index];
  return slot === undefined ? (rest as Type) : slotType(slot);
}

/** A copy with something else in one place. */
export function withWrong(value: unknown, [step, ...rest]: readonly Step[], wrong: unknown): unknown {
  if (step === undefined) return wrong;
  const inner = withWrong((value as Record<Step, unknown>)[step], rest, wrong);
  if (Array.isArray(value)) return value.with(Number(step), inner);
  return { ...(value as object), [step]: inner };
}
