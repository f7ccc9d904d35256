import t from 'tap';
import { matchingLines, repository, select, type Tree } from './tree.js';

const READ = '(ARCHITECTURE.md: How an event loop of Node’s is woken)';

/** What lets other threads into JavaScript, and may do so while its environment ends. */
const FROM_OTHER_THREADS =
  /napi_\w*threadsafe_function|ThreadSafeFunction|napi_\w*async_work|Async\w*Worker|uv_async_\w+|uv_queue_work/;
const HANDLE = /\buv_(?!loop)\w+_init(_\w+)?\(/;
const LISTENER = 'csrc/node/loop_listener.cc';

const native = select(repository(), /^csrc\/.*\.(cc|h)$/);

t.test('no other thread enters JavaScript', async (t) => {
  t.same(matchingLines(native, FROM_OTHER_THREADS), [], READ);
  for (const line of [
    'napi_create_threadsafe_function(env);',
    'Napi::ThreadSafeFunction f;',
    'class A : public Napi::AsyncWorker {',
    'uv_async_init(loop, &handle, run);',
  ])
    t.equal(matchingLines(new Map([['a.cc', line]]), FROM_OTHER_THREADS).length, 1, line);
});

t.test('handles of libuv are the listener’s', async (t) => {
  t.same([...having(native, HANDLE)], [LISTENER], READ);
  t.same([...having(new Map([['a.cc', 'uv_timer_init(loop, &timer);']]), HANDLE)], ['a.cc']);
});

t.test('who starts a listener has the environment stop it', async (t) => {
  const starters = having(native, /LoopListener::start\(/);
  starters.delete(LISTENER);
  t.equal(starters.size, 1);
  t.same(withoutHook(native, starters), [], READ);
  const careless = new Map([['a.cc', 'LoopListener::start(loop);']]);
  t.same(withoutHook(careless, new Set(['a.cc'])), ['a.cc']);
});

t.test('threads of ours know nothing of Node', async (t) => {
  const starters = having(native, /pthread_create|std::j?thread/);
  t.ok(starters.size >= 1);
  for (const path of starters) {
    t.match(path, /^csrc\/(core|embed)\//, READ);
    t.notMatch(native.get(path), /<(napi|node_api|uv)\.h>/, `${path} ${READ}`);
  }
});

function having(tree: Tree, pattern: RegExp): Set<string> {
  return new Set([...tree].filter(([, text]) => pattern.test(text)).map(([path]) => path));
}

function withoutHook(tree: Tree, paths: Iterable<string>): string[] {
  return [...paths].filter((path) => {
    const text = tree.get(path) ?? '';
    return !/napi_add_async_cleanup_hook\(/.test(text) || !/->stop\(\)/.test(text);
  });
}
