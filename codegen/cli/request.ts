/** Arguments and the nearest configuration → what to do. Arguments win. */
import { relative, resolve } from 'node:path';
import { findConfig, readConfig } from '../config/read.js';
import { type Diagnostic, diagnostic, type Position } from '../diagnostics.js';
import type { CommandLine, OptionTable } from './command-line.js';

export const CONFIG_OPTION = { config: { value: 'FILE' } } as const satisfies OptionTable;

export interface Request {
  /** Absolute paths. */
  readonly inputs: readonly string[];
  /** Where the configuration names them. */
  readonly places: ReadonlyMap<string, Position>;
  readonly outTs: string | undefined;
  readonly outPy: string | undefined;
  readonly strict: boolean;
  readonly header: string | undefined;
  /** Absolute path of the configuration. */
  readonly config: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export function requestOf({ operands, options }: CommandLine, cwd: string): Request {
  const named = options.get('config');
  const config = named === undefined ? findConfig(cwd) : resolve(cwd, named);
  const { settings, diagnostics } =
    config === undefined ? { settings: {}, diagnostics: [] } : readConfig(config);
  const entries =
    operands.length === 0
      ? (settings.entries ?? [])
      : operands.map((operand) => ({ path: resolve(cwd, operand), position: undefined }));
  const directory = (option: 'out-ts' | 'out-py') => {
    const value = options.get(option);
    return value === undefined ? undefined : resolve(cwd, value);
  };
  return {
    inputs: entries.map(({ path }) => path),
    places: new Map(
      entries.flatMap(({ path, position }) => (position === undefined ? [] : [[path, position]])),
    ),
    outTs: directory('out-ts') ?? settings.outTs,
    outPy: directory('out-py') ?? settings.outPy,
    strict: options.has('strict') || settings.strict === true,
    header: settings.header,
    config,
    diagnostics,
  };
}

/** What a request is made of and the compiler does not read: the configuration, and inputs, which may not exist. */
export function inputsOf(line: CommandLine, cwd: string): string[] {
  const named = line.options.get('config');
  const config = named === undefined ? findConfig(cwd) : resolve(cwd, named);
  let entries = line.operands.map((operand) => resolve(cwd, operand));
  try {
    entries = [...requestOf(line, cwd).inputs];
  } catch {
    // It is there and cannot be read: the run itself says so.
  }
  return config === undefined ? entries : [config, ...entries];
}

/** What must be given and is not. */
export function missing({ inputs, outTs, outPy, diagnostics }: Request): Diagnostic[] {
  // A configuration that cannot be used may have said it.
  if (diagnostics.some(({ severity }) => severity === 'error')) return [];
  return [
    ...(inputs.length === 0 ? [diagnostic('RSG109')] : []),
    ...(outTs === undefined ? [diagnostic('RSG104', ['--out-ts'])] : []),
    ...(outPy === undefined ? [diagnostic('RSG104', ['--out-py'])] : []),
  ];
}

/** The same command again, for a shell. */
export function commandText(name: string, line: CommandLine, cwd: string): string {
  const given = ['config', 'out-ts', 'out-py'].flatMap((option) => {
    const value = line.options.get(option);
    return value === undefined ? [] : [`--${option}`, shellWord(value)];
  });
  const operands = line.operands.map((path) =>
    shellWord(relative(cwd, resolve(cwd, path)) || path),
  );
  const flags = line.options.has('strict') ? ['--strict'] : [];
  return ['ringsnake', name, ...operands, ...given, ...flags].join(' ');
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
