import t from 'tap';
import { pythonCommand } from '../support/python.js';
import { TypedFolder } from './typed-folder.js';

const MODULES = ['numpy', 'numpy.linalg', 'json', 'datetime', 'collections', 'pathlib', 'shapes'];

/** Uses each module in both styles. What a line says that must not compile, the compiler is told to expect. */
const PROGRAM = `
import { kwargs, spawn } from 'ringsnake';

await using worker = await spawn({ python: ${JSON.stringify(pythonCommand())} });
const { py } = worker;

const np = await py.import('numpy');
const total: number = await np.ones([2, 3]).sum() as number;
const line = await np.linspace(0, 1, kwargs({ num: 5 }));
const size: number = await line.size;
const pi: number = await np.pi;
const chained: number = await py.import('numpy').linspace(0, 1, 3).ndim;
const norm = await np.linalg.norm([3, 4]);
// @ts-expect-error there is no such name
np.linspac;
// @ts-expect-error it is no text
const wrong: string = await np.pi;
// @ts-expect-error there is no such argument
const never = () => np.linspace(0, 1, kwargs({ number: 5 }));

const sync = py.sync.import('numpy');
const three: number = sync.arange(3).size;
const scalar: number = sync.float64(2.5);
let sum = 0;
for (const item of sync.arange(4)) sum += Number(item);
for await (const item of np.arange(4)) sum += Number(item);

const json = py.sync.import('json');
const text = json.dumps(py.sync.eval('{"a": [1, None]}'));
const datetime = py.sync.import('datetime');
const day = datetime.date(2024, 2, 29);
const year: number = day.year;
const iso: string = day.isoformat();
const later = datetime.datetime.fromisoformat('2024-02-29T12:00:00').date();
const counted = py.sync.import('collections').Counter('hello').most_common(1)[0];
const path = py.sync.import('pathlib').PurePosixPath('/a/b.txt');
const suffix: string = path.suffix;
const parent = path.parent.name;

const shapes = py.sync.import('shapes');
const shape = shapes.Shape('round', kwargs({ sides: 4 }));
shape.title = 'a title';
const sides: number = shape.sides;
const red = shapes.Color.RED;
const color: 'red' | 'green' = red.value;
const point = shapes.Point(1, kwargs({ y: 2 }));
const y: number = point.y;
// @ts-expect-error it wants a Shape or a Color
const refused = () => shapes.unions(1, null, point, 1);
// @ts-expect-error what is required cannot be left out
const lacking = () => shapes.keyword_only();

console.log(JSON.stringify({
  total, size, pi, chained, norm, three, scalar, sum, text, year, iso, suffix, parent, sides, color, y,
  later: py.sync.str(later), counted: py.sync.repr(counted),
}));
`;

t.test('declarations compile, and say what proxies do, in both styles', async (t) => {
  const typed = new TypedFolder(t);
  t.match(await typed.stubs(...MODULES, '--out', '.'), { code: 0, stderr: '' });
  typed.write('program.ts', PROGRAM);
  t.equal(typed.check(), '');
  t.same(JSON.parse(typed.run('program.js')), {
    total: 6,
    size: 5,
    pi: Math.PI,
    chained: 1,
    norm: 5,
    three: 3,
    scalar: 2.5,
    sum: 12,
    text: '{"a": [1, null]}',
    year: 2024,
    iso: '2024-02-29',
    suffix: '.txt',
    parent: 'a',
    sides: 4,
    color: 'red',
    y: 2,
    later: '2024-02-29',
    counted: "('l', 2)",
  });
});

t.test('every module of the standard library that declares much compiles', async (t) => {
  const typed = new TypedFolder(t);
  const modules =
    'argparse asyncio concurrent.futures ctypes decimal email enum functools http.client io itertools logging math os ' +
    'random re sqlite3 subprocess threading typing unittest.mock urllib.parse uuid xml.etree.ElementTree zipfile';
  t.match(await typed.stubs(...modules.split(' ')), { code: 0 });
  t.equal(typed.check(), '');
});
