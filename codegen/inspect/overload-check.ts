/** Whether the forms of an overloaded method can be told apart by what they are called with. */
import type { Method, RecordDefinition, Slot, Type } from '../model.js';

/** What a form's types refer to. */
export interface Known {
  record(name: string): RecordDefinition | undefined;
  aliased(name: string): Type | undefined;
  enumValues(name: string): readonly unknown[];
}

/** The first form before `forms[index]` that takes whatever that one takes: calls never reach it. */
export function formBefore(
  forms: readonly Method[],
  index: number,
  known: Known,
): Method | undefined {
  const own = forms[index];
  if (own === undefined) return undefined;
  const check = new OverloadCheck(known);
  return forms.slice(0, index).find((form) => check.takesAll(form.parameters, own.parameters));
}

class OverloadCheck {
  readonly #known: Known;

  constructor(known: Known) {
    this.#known = known;
  }

  takesAll(wide: readonly Slot[], narrow: readonly Slot[]): boolean {
    if (least(wide) > least(narrow) || most(wide) < most(narrow)) return false;
    return narrow.every((slot, index) => {
      const other = wide[Math.min(index, wide.length - 1)];
      return other !== undefined && this.#covers(itemOf(other), itemOf(slot));
    });
  }

  /** Whether whatever looks like `narrow` looks like `wide`, as far as one look at it tells. */
  #covers(wide: Type, narrow: Type): boolean {
    const [a, b] = [this.#plain(wide), this.#plain(narrow)];
    if (a.kind === 'unknown') return true;
    if (b.kind === 'unknown') return false;
    if (b.kind === 'union') return b.branches.every((branch) => this.#covers(a, branch));
    if (a.kind === 'union') return a.branches.some((branch) => this.#covers(branch, b));
    if (b.kind === 'nullable' || b.kind === 'undefinable')
      return this.#admits(a, b.kind) && this.#covers(a, b.inner);
    if (a.kind === 'nullable' || a.kind === 'undefinable') return this.#covers(a.inner, b);
    const values = this.#values(a);
    if (values !== undefined)
      return this.#values(b)?.every((value) => values.includes(value)) ?? false;
    if (this.#kindOf(a) !== this.#kindOf(b)) return false;
    if (a.kind !== 'record' || b.kind !== 'record') return true;
    return this.#record(a.name, b.name);
  }

  #record(wide: string, narrow: string): boolean {
    const fields = this.#known.record(narrow)?.fields ?? [];
    return (this.#known.record(wide)?.fields ?? []).every(({ name, optional, type }) => {
      if (optional) return true;
      const own = fields.find((field) => field.name === name);
      const values = this.#values(this.#plain(type));
      if (own === undefined || own.optional) return false;
      return values === undefined || this.#covers(type, own.type);
    });
  }

  #admits(type: Type, nothing: 'nullable' | 'undefinable'): boolean {
    return (
      type.kind === nothing ||
      type.kind === (nothing === 'nullable' ? 'null' : 'undefined') ||
      ((type.kind === 'nullable' || type.kind === 'undefinable') &&
        this.#admits(type.inner, nothing))
    );
  }

  #plain(type: Type): Type {
    const held = type.kind === 'alias' ? this.#known.aliased(type.name) : undefined;
    return held === undefined ? type : this.#plain(held);
  }

  #values(type: Type): readonly unknown[] | undefined {
    if (type.kind === 'literal') return type.open ? undefined : type.members;
    return type.kind === 'enum' && !type.open ? this.#known.enumValues(type.name) : undefined;
  }

  #kindOf(type: Type): string {
    const members = type.kind === 'enum' ? this.#known.enumValues(type.name) : undefined;
    const [value] = type.kind === 'literal' ? type.members : (members ?? []);
    return value === undefined ? kindOf(type) : typeof value;
  }
}

/** Types of one kind look alike. */
function kindOf({ kind }: Type): string {
  return LIKE[kind] ?? kind;
}

const LIKE: Readonly<Record<string, string>> = {
  template: 'string',
  integer: 'number',
  tuple: 'array',
  object: 'record',
  dict: 'record',
};

function itemOf({ type, rest }: Slot): Type {
  return rest && type.kind === 'array' ? type.item : (type as Type);
}

function least(parameters: readonly Slot[]): number {
  return parameters.filter(({ optional, rest }) => !optional && rest === undefined).length;
}

function most(parameters: readonly Slot[]): number {
  return parameters.some(({ rest }) => rest) ? Number.POSITIVE_INFINITY : parameters.length;
}
