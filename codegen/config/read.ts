/** A configuration file → its settings, and what is wrong with it, each at its line. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Diagnostic, diagnostic, type Position } from '../diagnostics.js';
import { nearestName } from '../nearest-name.js';
import { JsonError, type JsonMember, type JsonNode, parseJson, type Span } from './json.js';
import { CONFIG_NAME, SETTING_TYPES, SETTINGS, type SettingType } from './settings.js';

/** An input file, and where the configuration names it. */
export interface Entry {
  /** Absolute. */
  readonly path: string;
  readonly position?: Position;
}

/** Settings with absolute paths. */
export interface ConfigSettings {
  readonly entries?: readonly Entry[];
  readonly outTs?: string;
  readonly outPy?: string;
  readonly strict?: boolean;
  readonly header?: string;
}

export interface ReadConfig {
  readonly settings: ConfigSettings;
  readonly diagnostics: readonly Diagnostic[];
}

/** The nearest configuration, from a folder upwards. */
export function findConfig(folder: string): string | undefined {
  const candidate = join(folder, CONFIG_NAME);
  if (existsSync(candidate)) return candidate;
  const parent = dirname(folder);
  return parent === folder ? undefined : findConfig(parent);
}

export function readConfig(file: string): ReadConfig {
  const text = readFileSync(file, 'utf8');
  const lines = new Lines(file, text);
  let root: JsonNode;
  try {
    root = parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const position = lines.position({ start: error.offset, end: error.offset + 1 });
    return { settings: {}, diagnostics: [diagnostic('RSG111', [error.message], { position })] };
  }
  if (root.kind !== 'object') {
    const position = lines.position(root.span);
    const details = ['the configuration', 'an object', called(root), '`{ "entries": […] }`'];
    return { settings: {}, diagnostics: [diagnostic('RSG113', details, { position })] };
  }
  const diagnostics = root.members.flatMap((member) => memberProblems(member, lines));
  diagnostics.push(...duplicates(root.members, lines));
  // The last one counts, as JSON.parse has it.
  const valid = root.members.filter((member) => memberProblems(member, lines).length === 0);
  const settings = Object.assign({}, ...valid.map((member) => setting(member, lines)));
  return { settings, diagnostics };
}

function setting({ key, value }: JsonMember, lines: Lines): ConfigSettings {
  const type = typeOf(key);
  const absolute = (path: string) => resolve(dirname(lines.file), path);
  if (value.kind === 'array') {
    const entries = value.items.flatMap((item) =>
      item.kind === 'string'
        ? [{ path: absolute(String(item.value)), position: lines.position(item.span) }]
        : [],
    );
    return { [key]: entries };
  }
  if (value.kind === 'object' || key === '$schema') return {};
  return { [key]: type === 'path' ? absolute(String(value.value)) : value.value };
}

function typeOf(key: string): SettingType | undefined {
  return Object.hasOwn(SETTINGS, key) ? SETTINGS[key as keyof typeof SETTINGS].type : undefined;
}

function memberProblems({ key, keySpan, value }: JsonMember, lines: Lines): Diagnostic[] {
  const type = typeOf(key);
  if (type === undefined) {
    const known = Object.keys(SETTINGS);
    const nearest = nearestName(key, known);
    const advice =
      nearest === undefined ? `there are ${known.join(', ')}` : `did you mean \`${nearest}\`?`;
    return [diagnostic('RSG112', [key, advice], { position: lines.position(keySpan) })];
  }
  const wrong = wrongPart(value, type);
  if (wrong === undefined) return [];
  const { called: wanted, example } = SETTING_TYPES[type];
  const details = [`\`${key}\``, wanted, called(wrong), `\`"${key}": ${example}\``];
  return [diagnostic('RSG113', details, { position: lines.position(wrong.span) })];
}

/** The node that is not of the type. */
function wrongPart(node: JsonNode, type: SettingType): JsonNode | undefined {
  switch (type) {
    case 'boolean':
      return node.kind === 'boolean' ? undefined : node;
    case 'text':
      return node.kind === 'string' ? undefined : node;
    case 'path':
      return node.kind === 'string' && node.value !== '' ? undefined : node;
    case 'paths':
      if (node.kind !== 'array' || node.items.length === 0) return node;
      return node.items.find((item) => wrongPart(item, 'path') !== undefined);
  }
}

function called(node: JsonNode): string {
  switch (node.kind) {
    case 'object':
      return 'an object';
    case 'array':
      return node.items.length === 0 ? 'an empty array' : 'an array';
    case 'string':
      return node.value === '' ? 'an empty string' : 'a string';
    case 'number':
      return 'a number';
    default:
      return `\`${node.value}\``;
  }
}

function duplicates(members: readonly JsonMember[], lines: Lines): Diagnostic[] {
  const seen = new Set<string>();
  return members.flatMap(({ key, keySpan }) => {
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [diagnostic('RSG116', [key], { position: lines.position(keySpan) })];
  });
}

/** Offsets of a text as lines and columns. */
class Lines {
  readonly file: string;
  readonly #text: string;

  constructor(file: string, text: string) {
    this.file = file;
    this.#text = text;
  }

  position({ start, end }: Span): Position {
    const before = this.#text
      .slice(0, start)
      .replace(/^\uFEFF/, '')
      .split(/\r\n|[\n\r]/);
    const width = Math.max(1, this.#text.slice(start, end).search(/[\r\n]|$/));
    return {
      file: this.file,
      line: before.length,
      column: (before.at(-1) ?? '').length + 1,
      width,
    };
  }
}
