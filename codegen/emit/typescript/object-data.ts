/** What objects by reference say of themselves: its type and codec. */
import { dataRecord } from '../../data-record.js';
import type { Service } from '../../model.js';
import type { TypeScriptNames } from './names.js';
import { pick } from './pick.js';
import type { RecordEmitter } from './record.js';
import { quote } from './types.js';

export function dataBlocks(
  service: Service,
  records: RecordEmitter,
  names: TypeScriptNames,
): string[][] {
  const data = dataRecord(service);
  if (data === undefined) return [];
  const name = names.data(service.name);
  const record = { ...data, name };
  return [
    pick(`type ${name} = Pick<`, [
      names.type(service.name),
      service.data.map((member) => quote(member.name)).join(' | '),
    ]),
    records.write(record, data.name),
    records.read(record, data.name),
  ];
}
