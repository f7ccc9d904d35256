/** pandas without an interface: a table from rows of JavaScript, grouped in Python by a function of JavaScript's. */
import { kwargs, spawn } from 'ringsnake';

const sales = [
  { city: 'Oslo', amount: 12, day: new Date(Date.UTC(2024, 0, 1)) },
  { city: 'Rome', amount: 30, day: new Date(Date.UTC(2024, 0, 1)) },
  { city: 'Oslo', amount: 8, day: new Date(Date.UTC(2024, 0, 2)) },
];

await using worker = await spawn({});
const { py } = worker;
const pd = await py.import('pandas');

using table = await pd.DataFrame(sales);
console.log(await py.str(table.groupby('city').amount.sum().to_dict()));

const large = await table.query('amount > 10').sort_values('amount', kwargs({ ascending: false }));
console.log(await py.value(large.city.tolist()));

// pandas calls JavaScript for each row.
const rounded = table.amount.map((amount: number) => Math.round(amount / 10) * 10);
console.log(await py.value(rounded.tolist()));

for await (const [name, group] of named(table.groupby('city')))
  console.log(name, await group.amount.max());

// biome-ignore lint/suspicious/noExplicitAny: whatever Python gives.
async function* named(groups: AsyncIterable<any>): AsyncGenerator<[string, any]> {
  for await (const pair of groups) yield [await pair[0], await pair[1]];
}
