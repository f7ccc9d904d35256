/** `point_codec`: bytes of a value, for files that declare data and no service. */
import { dataTypes } from '../../data-types.js';
import type { Module } from '../../model.js';
import { COLUMNS, withArticle } from '../text.js';
import type { PythonCodec } from './codec.js';
import { enclosed } from './layout.js';
import type { PythonFileNames } from './names.js';
import { quote, typeText } from './types.js';

export function dataCodecs(module: Module, names: PythonFileNames, codec: PythonCodec): string[][] {
  return dataTypes(module).map(({ name, type }, place) => {
    const codecType = names.runtime('ValueCodec');
    const annotation = `${names.typing('Final')}[${codecType}[${typeText(type, names)}]]`;
    const program = `${names.typeTable}.result(${quote(codec.code(type))})`;
    const open = `${names.codec(name)}: ${annotation} = ${codecType}(`;
    return [
      ...enclosed(open, [quote(name), String(place), program], { close: ')', columns: COLUMNS }),
      `"""The bytes of ${withArticle(names.type(name))}, and back."""`,
    ];
  });
}
