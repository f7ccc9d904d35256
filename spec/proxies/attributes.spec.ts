/** What reading an attribute gives, wherever Python finds it: as Python itself says. */
import type { Python, SyncPython } from 'ringsnake';
import t from 'tap';
import { auditLeaks } from '../support/leaks.js';
import { start } from '../support/workers.js';

await auditLeaks(t);

const CODE = `
import contextvars, types, ringsnake

class Plain:
    in_class = 'class'
    shadowed = 'class'
    def __init__(self):
        self.own = 1
        self.shadowed = 'own'
        self.large = 2 ** 70
        self.nothing = None
        self.flag = True
        self.text = 'héllo 😀'
        self.real = 1.5
        self.half = '\\ud83d'

class Slots:
    __slots__ = ('filled', 'empty')
    def __init__(self):
        self.filled = 'slot'

class Computed:
    reads = 0
    hidden = 'never'
    def __init__(self):
        self.__dict__['hidden_by_property'] = 'never'
    @property
    def counted(self):
        Computed.reads += 1
        return Computed.reads
    @property
    def hidden_by_property(self):
        return 'property'
    @property
    def raises(self):
        raise ValueError('on purpose')

class Asked:
    known = 'known'
    def __getattr__(self, name):
        return 'asked for ' + name

class Always:
    kept = 'never'
    def __getattribute__(self, name):
        return 'always ' + name

class Meta(type):
    @property
    def of_meta(cls):
        return 'meta'

class WithMeta(metaclass=Meta):
    of_class = 'class'

class NonData:
    def __get__(self, instance, owner):
        return 'descriptor'

class Described:
    overridden = NonData()
    found = NonData()
    def __init__(self):
        self.__dict__['overridden'] = 'own'

class Child(Plain):
    in_class = 'child'

class Text(str):
    """No plain str."""

class Holder:
    text = Text('sub')

module = types.ModuleType('a_module')
module.value = 'module'
asking = types.ModuleType('asking')
asking.__getattr__ = lambda name: 'module asked for ' + name

variable = contextvars.ContextVar('variable', default=0)

class Counting:
    @property
    def count(self):
        variable.set(variable.get() + 1)
        return variable.get()

objects = dict(plain=Plain(), slots=Slots(), computed=Computed(), asked=Asked(), always=Always(), meta=WithMeta, described=Described(),
               child=Child(), module=module, asking=asking, counting=Counting(), number=5, text='text')
`;

const READ: readonly (readonly [string, string, unknown])[] = [
  ['plain', 'own', 1],
  ['plain', 'in_class', 'class'],
  ['plain', 'shadowed', 'own'],
  ['plain', 'large', 2n ** 70n],
  ['plain', 'nothing', null],
  ['plain', 'flag', true],
  ['plain', 'text', 'héllo 😀'],
  ['plain', 'real', 1.5],
  ['plain', 'half', '\ud83d'],
  ['plain', '__module__', '__main__'],
  ['slots', 'filled', 'slot'],
  ['computed', 'counted', 1],
  ['computed', 'counted', 2],
  ['computed', 'hidden_by_property', 'property'],
  ['asked', 'known', 'known'],
  ['asked', 'unknown', 'asked for unknown'],
  ['always', 'kept', 'always kept'],
  ['meta', 'of_meta', 'meta'],
  ['meta', 'of_class', 'class'],
  ['meta', '__name__', 'WithMeta'],
  ['described', 'overridden', 'own'],
  ['described', 'found', 'descriptor'],
  ['child', 'in_class', 'child'],
  ['child', 'own', 1],
  ['module', 'value', 'module'],
  ['module', '__name__', 'a_module'],
  ['asking', 'anything', 'module asked for anything'],
  // A context of its own for each: what one sets the next does not see.
  ['counting', 'count', 1],
  ['counting', 'count', 1],
];

const MISSING = [
  ['plain', 'gone'],
  ['slots', 'empty'],
  ['slots', 'gone'],
  ['module', 'gone'],
  ['computed', 'raises'],
] as const;

type Reader = (name: string, attribute: string) => Promise<unknown>;

const reader = (py: Python): Reader => {
  return async (name, attribute) => await (await py.eval(`objects['${name}']`))[attribute];
};
const syncReader = (py: SyncPython): Reader => {
  return async (name, attribute) => py.eval(`objects['${name}']`)[attribute];
};

for (const manner of ['awaited', 'blocking'] as const) {
  t.test(`${manner}: what each attribute is`, async (t) => {
    const { py } = await start(t);
    await py.exec(CODE);
    const read = manner === 'awaited' ? reader(py) : syncReader(py.sync);
    for (const [name, attribute, expected] of READ)
      t.equal(await read(name, attribute), expected, `${name}.${attribute}`);
    for (const [name, attribute] of MISSING) {
      const type = attribute === 'raises' ? 'ValueError' : 'AttributeError';
      await t.rejects(read(name, attribute), { code: 'RS_REMOTE', type }, `${name}.${attribute}`);
    }
    await py.exec("objects['plain'].own = 2; module.value = 'changed'; Plain.in_class = 'changed'");
    t.equal(await read('plain', 'own'), 2);
    t.equal(await read('plain', 'in_class'), 'changed');
    t.equal(await read('module', 'value'), 'changed');
    t.equal(await py.eval("type(objects['computed']).reads"), 2, 'each was read once');
  });
}
