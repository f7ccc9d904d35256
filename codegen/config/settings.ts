/** What `ringsnake.config.json` may say. The one table: it is read by it, and the JSON Schema for editors is made of it. */

export const CONFIG_NAME = 'ringsnake.config.json';

/** The file of the package that editors check a configuration with. */
export const SCHEMA_NAME = 'config.schema.json';

/** One configuration; paths as they are written, relative to the file. */
export interface Config {
  readonly $schema?: string;
  readonly entries?: readonly string[];
  readonly outTs?: string;
  readonly outPy?: string;
  readonly strict?: boolean;
  readonly header?: string;
}

interface Setting {
  readonly type: SettingType;
  readonly description: string;
}

export type SettingType = 'path' | 'paths' | 'boolean' | 'text';

export const SETTINGS = {
  $schema: {
    type: 'path',
    description: 'Where this schema is: "./node_modules/ringsnake/config.schema.json".',
  },
  entries: {
    type: 'paths',
    description: 'The TypeScript files to generate from, relative to this file.',
  },
  outTs: { type: 'path', description: 'The directory for generated TypeScript.' },
  outPy: { type: 'path', description: 'The directory for generated Python.' },
  strict: { type: 'boolean', description: 'Whether warnings prevent generation, as --strict.' },
  header: {
    type: 'text',
    description:
      'A comment for the top of each generated file, such as a licence; without comment signs.',
  },
} as const satisfies Record<keyof Config, Setting>;

/** What each type is called, an example of it, and how JSON Schema says it. */
export const SETTING_TYPES = {
  path: { called: 'a path', example: '"src/gen"', schema: { type: 'string', minLength: 1 } },
  paths: {
    called: 'an array of paths',
    example: '["src/api.ts"]',
    schema: { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } },
  },
  boolean: { called: 'true or false', example: 'true', schema: { type: 'boolean' } },
  text: { called: 'a text', example: '"Copyright Acme"', schema: { type: 'string' } },
} as const satisfies Record<SettingType, object>;

/** The JSON Schema, as it is in the package. */
export function configSchema(): string {
  const properties = Object.entries(SETTINGS).map(([name, { type, description }]) => [
    name,
    { description, ...SETTING_TYPES[type].schema },
  ]);
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: CONFIG_NAME,
    description: 'Settings of `ringsnake gen`. What its arguments say wins.',
    type: 'object',
    properties: Object.fromEntries(properties),
    additionalProperties: false,
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
