import t from 'tap';
import { TypedFolder } from './typed-folder.js';

/** The lines of a declaration that have a word, without their indentation. */
function lines(text: string, word: string): string[] {
  const pattern = new RegExp(`\\b${word}\\b`);
  return text
    .split('\n')
    .filter((line) => pattern.test(line) && !/^\s*\*/.test(line))
    .map((line) => line.trim());
}

t.test('each construct becomes what TypeScript has for it', async (t) => {
  const typed = new TypedFolder(t);
  t.match(await typed.stubs('shapes', '--out', '.'), { code: 0, stdout: 'wrote shapes.d.ts\n' });
  t.equal(typed.check(), '');
  const text = typed.read('shapes.d.ts');
  const has = (line: string) => t.ok(text.includes(`  ${line}\n`), line);

  t.test('constants', async () => {
    has('readonly LIMIT: Py.Result<S, number>;');
    has('readonly RATES: Py.Result<S, Py.Dict<S, string, number>>;');
    has('readonly table: Py.Result<S, Py.Dict<S, string, Py.List<S, Shape<S>>>>;');
    has('readonly nothing: Py.Result<S, Py.Any>;');
  });

  t.test('parameters by position, by name and both', async (t) => {
    t.same(lines(text, 'every'), [
      'every(a: Py.Int, b: Py.Str, c: Py.Float, kwargs: Py.Kwargs<{ d: Py.Bool; e?: null | undefined; [name: string]: unknown }>): Py.Result<S, "x" | 1 | null | true>;',
      'every(a: Py.Int, b: Py.Str, kwargs: Py.Kwargs<{ c?: Py.Float; d: Py.Bool; e?: null | undefined; [name: string]: unknown }>): Py.Result<S, "x" | 1 | null | true>;',
      'every(a: Py.Int, kwargs: Py.Kwargs<{ b: Py.Str; c?: Py.Float; d: Py.Bool; e?: null | undefined; [name: string]: unknown }>): Py.Result<S, "x" | 1 | null | true>;',
    ]);
    t.same(lines(text, 'keyword_only'), [
      'keyword_only(kwargs: Py.Kwargs<{ required: Py.Int; optional?: Py.Str }>): Py.Result<S, null>;',
    ]);
    t.same(lines(text, 'lambda_'), [
      'lambda_(x: unknown, y?: unknown): Py.Result<S, Py.Any>;',
      'lambda_(kwargs: Py.Kwargs<{ x: unknown; y?: unknown }>): Py.Result<S, Py.Any>;',
    ]);
  });

  t.test('overloads', async () => {
    has('parse(text: Py.Str): Py.Result<S, number>;');
    has('parse(text: Py.Bytes, strict: true): Py.Result<S, string>;');
  });

  t.test('containers, callbacks and unions', async () => {
    has(
      'containers(a: Py.ListLike<Py.Int>, b: Py.DictLike<Py.Str, Py.ListLike<Py.Float>>, c: Py.TupleLike<[Py.Int, Py.Str]>, d: Py.ListLike<Py.Int>, e: Py.SetLike<Py.Str>, f: Py.ListLike<Py.DictLike<Py.Str, Py.Int>>, g: Py.IterableLike<Py.InstanceOf<"shapes.Color">>): Py.Result<S, Py.Tuple<S, [Py.List<S, number>, Py.Dict<S, string, number>, Py.List<S, number>, Py.Set<S, string>]>>;',
    );
    has(
      'callback(f: Py.Callback<(p0: number, p1: string) => Py.Bool>, g: Py.Callback, h: Py.Callback): Py.Result<S, Py.Any>;',
    );
    has(
      'unions(a: Py.Int | Py.Str | null | undefined, b: Py.InstanceOf<"shapes.Shape"> | null | undefined, c: Py.InstanceOf<"shapes.Shape"> | Py.InstanceOf<"shapes.Color">, d: Py.Int): Py.Result<S, Shape<S> | null>;',
    );
  });

  t.test('a type that means itself', async () => {
    has(
      'json(value: null | undefined | Py.Bool | Py.Float | Py.Str | Py.ListLike<unknown> | Py.DictLike<Py.Str, unknown>): Py.Result<S, null | boolean | number | string | Py.List<S, Py.Any> | Py.Dict<S, string, Py.Any>>;',
    );
  });

  t.test(
    'what is of other packages, of nowhere, generic or a protocol may be anything',
    async () => {
      has('ghostly(ghost: unknown, decoder: unknown): Py.Result<S, Py.Any>;');
      has('generic(a: unknown, b: Py.Int | Py.Float): Py.Result<S, Py.Any>;');
      has('protocol(c: unknown, o: Py.InstanceOf<"shapes.Options">): Py.Result<S, Options<S>>;');
      has('user(id: Py.Int): Py.Result<S, number>;');
    },
  );

  t.test('coroutines and generators', async () => {
    has('later(x: Py.Int): Py.Result<S, Py.Coroutine<S, string>>;');
    has('generate(): Py.Result<S, Py.Iterator<S, number>>;');
    has('stream(): Py.Result<S, Py.Iterator<S, number>>;');
  });

  t.test('classes, with what they inherit', async () => {
    has('readonly area: Py.Result<S, number>;');
    has('title: Py.Result<S, string>;');
    has('unit(): Py.Result<S, Shape<S>>;');
    has('readonly Part: Py.Result<S, Shape_PartClass<S>>;');
    has('untold: Py.Result<S, Py.Any>;');
    t.ok(
      text.includes(
        'export interface Square<S extends Py.Style = Py.Style> extends Omit<Shape<S>, "area" | "scaled">, Py.Object<S> {',
      ),
    );
    t.ok(
      text.includes(
        'export interface Both<S extends Py.Style = Py.Style> extends Numbers<S>, Square<S>, Py.Object<S> {',
      ),
    );
    has('(left: Py.Int, right?: Py.Str | Py.Kwargs<{ right?: Py.Str }>): Py.Result<S, Pair<S>>;');
    has('readonly RED: Py.Result<S, Color<S>>;');
    has('readonly value: Py.Result<S, "red" | "green">;');
    has('more(): Py.Result<S, number>;');
    t.ok(
      /interface Twin<S extends Py.Style = Py.Style> extends Py.Object<S> \{\n(?: {2}.*\n)*? {2}readonly x: Py.Result<S, Py.Any>;\n/.test(
        text,
      ),
      'a base of the same name is a part of the class',
    );
  });

  t.test('names that TypeScript has other uses for', async () => {
    has(
      'delete(function_: Py.Int, var_: Py.Str, na_ve?: Py.Int | Py.Kwargs<{ "naïve"?: Py.Int; in_?: Py.Int }>, kwargs?: Py.Kwargs<{ in_?: Py.Int }>): Py.Result<S, Py.Any>;',
    );
    has('default(arguments_: Py.Int, eval_: Py.Str): Py.Result<S, null>;');
    has('readonly "Übung": Py.Result<S, _bungClass<S>>;');
  });

  t.test('docstrings, up to their first section', async (t) => {
    t.match(text, '/** How big. */\n  readonly area');
    t.match(text, '/** A shape. */\nexport interface Shape<');
    t.match(text, '* with an example: *\u200b/ ends no comment\n');
  });

  t.test('nothing private, and nothing that only serves the module itself', async (t) => {
    t.notMatch(text, /_hidden|_secret|TYPE_CHECKING|ParamSpec|readonly T:|annotations:/);
  });

  t.test('classes that answer every question with an exception', async () => {
    has('readonly Rude: Py.Result<S, RudeClass<S>>;');
    has('readonly hostile: Py.Result<S, Hostile<S>>;');
  });
});

t.test('a stub beside a module has the say, as far as the module has the names', async (t) => {
  const typed = new TypedFolder(t);
  await typed.stubs('typed', '--out', '.');
  const text = typed.read('typed.d.ts');
  t.same(lines(text, 'both'), [
    'both(a: Py.Int): Py.Result<S, number>;',
    'both(kwargs: Py.Kwargs<{ a: Py.Int }>): Py.Result<S, number>;',
    'both(a: Py.Str, b: Py.Bytes): Py.Result<S, string>;',
    'both(a: Py.Str, kwargs: Py.Kwargs<{ b: Py.Bytes }>): Py.Result<S, string>;',
    'both(kwargs: Py.Kwargs<{ a: Py.Str; b: Py.Bytes }>): Py.Result<S, string>;',
  ]);
  t.match(text, '/** Runs. */\n  both(');
  t.match(text, '  method(a: Py.ListLike<Py.Int>): Py.Result<S, Told<S>>;\n');
  t.match(text, '  (kwargs: Py.Kwargs<{ size: Py.Int }>): Py.Result<S, Told<S>>;\n');
  t.match(text, '  untold: Py.Result<S, number>;\n');
  t.notMatch(text, /not_there|window/);
  t.equal(typed.check(), '');
});

t.test('modules that import each other, with all that is below them', async (t) => {
  const typed = new TypedFolder(t);
  const run = await typed.stubs('ring_of_two', '--recursive', '--out', '.');
  t.same(run, {
    code: 0,
    stdout: 'wrote ring_of_two.d.ts\nwrote ring_of_two.left.d.ts\nwrote ring_of_two.right.d.ts\n',
    stderr: '',
  });
  t.equal(typed.check(), '');
  t.match(typed.read('ring_of_two.d.ts'), 'other(): Py.Result<S, Right<S>>;');
  t.match(
    typed.read('ring_of_two.d.ts'),
    'readonly left: Py.Result<S, $ring_of_two_left.Module<S>>;',
  );
});
