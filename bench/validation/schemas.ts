/** `User` in the words of the others: zod's, and JSON Schema for ajv. */
import { Ajv } from 'ajv';
import * as z from 'zod';

const Address = z.object({
  street: z.string(),
  city: z.string(),
  zip: z.string().optional(),
  country: z.string(),
});

const Payment = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('card'),
    number: z.string(),
    expires: z.tuple([z.int(), z.int()]),
  }),
  z.object({ kind: z.literal('transfer'), iban: z.string(), bank: z.string().nullable() }),
  z.object({ kind: z.literal('voucher'), code: z.string(), value: z.number() }),
]);

const zodUser = z.object({
  id: z.int(),
  name: z.string(),
  email: z.string(),
  active: z.boolean(),
  score: z.number(),
  role: z.enum(['admin', 'editor', 'viewer']),
  // Of what has become of a Date in JSON.
  born: z.coerce.date(),
  address: Address,
  tags: z.array(z.string()),
  payment: Payment,
  nickname: z.string().optional(),
  note: z.string().nullable(),
  settings: z.record(z.string(), z.number()),
  position: z.tuple([z.number(), z.number()]),
});

function objectOf(properties: Record<string, object>, optional: readonly string[] = []): object {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required };
}

const text = { type: 'string' };
const number = { type: 'number' };
const integer = { type: 'integer' };

function tupleOf(item: object): object {
  return { type: 'array', items: [item, item], minItems: 2, maxItems: 2 };
}

const jsonUser = objectOf(
  {
    id: integer,
    name: text,
    email: text,
    active: { type: 'boolean' },
    score: number,
    role: { type: 'string', enum: ['admin', 'editor', 'viewer'] },
    born: { type: 'string', format: 'moment' },
    address: objectOf({ street: text, city: text, zip: text, country: text }, ['zip']),
    tags: { type: 'array', items: text },
    payment: {
      type: 'object',
      discriminator: { propertyName: 'kind' },
      required: ['kind'],
      oneOf: [
        objectOf({ kind: { const: 'card' }, number: text, expires: tupleOf(integer) }),
        objectOf({
          kind: { const: 'transfer' },
          iban: text,
          bank: { type: 'string', nullable: true },
        }),
        objectOf({ kind: { const: 'voucher' }, code: text, value: number }),
      ],
    },
    nickname: text,
    note: { type: 'string', nullable: true },
    settings: { type: 'object', additionalProperties: number },
    position: tupleOf(number),
  },
  ['nickname'],
);

const ajv = new Ajv({
  discriminator: true,
  formats: { moment: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ },
});

/** What checks a value, by the name of the method that takes it. */
export const zodTypes = { one: zodUser, many: z.array(zodUser) };
export const ajvChecks = {
  one: ajv.compile(jsonUser),
  many: ajv.compile({ type: 'array', items: jsonUser }),
};
