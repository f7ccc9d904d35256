import t from 'tap';
import { repository, type Tree } from './tree.js';

const READ = '(CONTRIBUTING.md, rule 7)';

/** `lib/session/remote-error.ts` → `python/ringsnake/_session/remote_error.py`; undefined off the floors. */
function twinOf(path: string): string | undefined {
  const [, floor, name] = /^lib\/(?:([a-z]+)\/)?([a-z-]+)\.ts$/.exec(path) ?? [];
  if (name === undefined) return undefined;
  const file = `${name.replaceAll('-', '_')}.py`;
  return `python/ringsnake/_${floor === undefined ? file : `${floor}/${file}`}`;
}

/** The path that a file names after `Twin:`. */
function namedTwin(text: string | undefined): string | undefined {
  return /\bTwin:\s+(?:(?:\*|\/\/|#)\s+)?([\w./-]+\.(?:ts|py|cc|h))\b/.exec(text ?? '')?.[1];
}

function problems(tree: Tree): string[] {
  const pairs = [...tree].flatMap(([path, text]) => {
    const other = twinOf(path);
    if (other === undefined || !tree.has(other)) return [];
    return [
      ...(namedTwin(text) === other ? [] : [`${path} does not say \`Twin: ${other}\` ${READ}`]),
      ...(namedTwin(tree.get(other)) === path
        ? []
        : [`${other} does not say \`Twin: ${path}\` ${READ}`]),
    ];
  });
  const dangling = [...tree].flatMap(([path, text]) => {
    const other = /^(lib|python|csrc)\//.test(path) ? namedTwin(text) : undefined;
    return other === undefined || tree.has(other)
      ? []
      : [`${path} names ${other}, which is not there ${READ}`];
  });
  return [...pairs, ...dangling];
}

t.test('files of the same path in both languages name each other', async (t) => {
  t.same(problems(repository()), []);
  const silent = new Map([
    ['lib/session/remote-error.ts', '/** Twin: python/ringsnake/_session/remote_error.py. */'],
    ['python/ringsnake/_session/remote_error.py', '"""Says nothing."""'],
  ]);
  t.equal(problems(silent).length, 1, 'the rule sees a twin that does not answer');
  const dangling = new Map([['lib/wire/a.ts', '/** Twin: csrc/python/gone.h */']]);
  t.equal(problems(dangling).length, 1, 'the rule sees a twin that is not there');
});
