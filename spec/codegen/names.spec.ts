import t from 'tap';
import {
  camelCase,
  pascalCase,
  pythonModuleName,
  pythonName,
  pythonTypeName,
  Scope,
  upperSnakeCase,
} from '../../codegen/names.js';

const members: readonly (readonly [string, string, string])[] = [
  ['userName', 'user_name', 'words are separated'],
  ['userID', 'user_id', 'an acronym stays together'],
  ['userIDs', 'user_ids', 'and so does its plural'],
  ['HTTPServer', 'http_server', 'an acronym ends where a word begins'],
  ['parseURLString', 'parse_url_string', 'also in the middle'],
  ['x', 'x', 'a letter is a word'],
  ['getX', 'get_x', 'also as the last word'],
  ['aB', 'a_b', 'also between others'],
  ['x2y', 'x2y', 'digits are not split'],
  ['utf8Text', 'utf8_text', 'digits belong to the word before'],
  ['HTTP2Server', 'http2_server', 'or to the acronym'],
  ['iOSVersion', 'i_os_version', 'an acronym may follow a letter'],
  ['user_name', 'user_name', 'snake case stays'],
  ['MAX_SIZE', 'max_size', 'upper case does not'],
  ['$ref', 'ref', 'a leading dollar sign is dropped'],
  ['_private', '_private', 'a leading underscore is kept'],
  ['__mangled', '_mangled', 'but only one: a class would mangle the name'],
  ['__dunder__', '_dunder__', 'nor can a special name be taken'],
  ['content-type', 'content_type', 'other characters become underscores'],
  ['2fa', '_2fa', 'a name does not begin with a digit'],
  ['class', 'class_', 'keywords get a trailing underscore'],
  ['from', 'from_', 'keywords get a trailing underscore'],
  ['None', 'none', 'what is no keyword in lower case needs none'],
  ['self', 'self_', 'self is taken'],
  ['cls', 'cls_', 'and so is cls'],
  ['match', 'match', 'soft keywords are names'],
  ['type', 'type', 'soft keywords are names'],
  ['größeMax', 'größe_max', 'letters are letters in any script'],
  ['$', '', 'nothing may be left'],
  ['+', '', 'nothing may be left'],
];

for (const [name, python, rule] of members) {
  t.test(`\`${name}\` is \`${python}\` in Python: ${rule}`, async (t) => {
    t.equal(pythonName(name), python);
  });
}

t.test('class names stay, unless Python forbids them', async (t) => {
  t.equal(pythonTypeName('HTTPServer'), 'HTTPServer');
  t.equal(pythonTypeName('None'), 'None_');
  t.equal(pythonTypeName('_Point'), 'Point_');
  t.equal(pythonTypeName('__1'), 'T__1');
  t.equal(pythonTypeName('$'), 'T_');
});

t.test('module names follow file names', async (t) => {
  t.equal(pythonModuleName('digits'), 'digits_gen');
  t.equal(pythonModuleName('kebab-case'), 'kebab_case_gen');
  t.equal(pythonModuleName('camelCase'), 'camel_case_gen');
  t.equal(pythonModuleName('user.api'), 'user_api_gen');
});

t.test('other cases are made of the same words', async (t) => {
  t.equal(camelCase('HTTPServer'), 'httpServer');
  t.equal(camelCase('Calculator'), 'calculator');
  t.equal(camelCase('frame_kind'), 'frameKind');
  t.equal(pascalCase('frame_kind'), 'FrameKind');
  t.equal(upperSnakeCase('frameKind'), 'FRAME_KIND');
});

t.test('a scope gives each name once', async (t) => {
  const scope = new Scope(['value']);
  t.equal(scope.claim('other'), 'other');
  t.equal(scope.claim('value'), 'value_');
  t.equal(scope.claim('value'), 'value_2');
  t.equal(scope.inner(['x']).claim('x'), 'x_');
  t.equal(scope.claim('x'), 'x', 'an inner scope takes nothing from the outer one');
});
