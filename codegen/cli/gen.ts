/** `ringsnake gen`: arguments in, files and an exit code out. */
import { type Diagnostic, diagnostic } from '../diagnostics.js';
import type { Loader } from '../inspect/load.js';
import { generateInterfaces } from '../interfaces.js';
import { type Freshness, type OutputState, stateOf, writeOutput } from '../outputs.js';
import { type Command, type Context, type Outcome, runCommand } from './command.js';
import { type CommandLine, FORMAT_OPTION, HELP_OPTION } from './command-line.js';
import { GEN_HELP } from './gen-help.js';
import { type CommandIo, EXIT } from './io.js';
import { READING, withProgress } from './progress.js';
import { countText, prevents } from './report.js';
import { CONFIG_OPTION, commandText, inputsOf, missing, requestOf } from './request.js';
import { toldFiles } from './told-files.js';
import { colored, unifiedDiff } from './unified-diff.js';
import { type WatchTask, watchAndGenerate } from './watch.js';

const COMMAND: Command = {
  name: 'gen',
  help: GEN_HELP,
  options: {
    'out-ts': { value: 'DIR' },
    'out-py': { value: 'DIR' },
    check: {},
    watch: {},
    strict: {},
    ...CONFIG_OPTION,
    ...FORMAT_OPTION,
    ...HELP_OPTION,
  },
  run,
};

/** `argv` is what follows `ringsnake gen`. Resolves to the exit code; never rejects. */
export function gen(argv: readonly string[], io: CommandIo): Promise<number> {
  return runCommand(COMMAND, argv, io);
}

/** A generated file, in the output of `--format json`. */
export interface GeneratedFileJson {
  readonly path: string;
  readonly state: 'written' | 'unchanged' | 'removed' | 'stale' | 'missing' | 'obsolete';
  /** With --check: what would change, as a unified diff. */
  readonly diff?: string;
}

function run(line: CommandLine, context: Context): Promise<Outcome> {
  const { cwd, stderr } = context.io;
  if (line.options.has('watch')) {
    if (line.options.has('check')) {
      const details = ['--watch writes and --check does not', 'leave one of them out'];
      return Promise.resolve(refuse([diagnostic('RSG110', details)]));
    }
    const task: WatchTask = {
      generate: (loader) => generateOnce(line, context, { loader }),
      rehearse: (loader) => generateOnce(line, context, { loader, finish: unchanged }),
      inputs: () => inputsOf(line, cwd),
    };
    return watchAndGenerate(task, context);
  }
  return withProgress(stderr, READING, () => generateOnce(line, context));
}

type Finish = (states: readonly OutputState[], context: Context, mend: string) => Outcome;

async function generateOnce(
  line: CommandLine,
  context: Context,
  {
    loader,
    finish = line.options.has('check') ? check : write,
  }: { readonly loader?: Loader; readonly finish?: Finish } = {},
): Promise<Outcome> {
  const request = requestOf(line, context.io.cwd);
  const { outTs, outPy } = request;
  const absent = missing(request);
  if (outTs === undefined || outPy === undefined || absent.length > 0) {
    return refuse([...request.diagnostics, ...absent]);
  }
  const generated = await generateInterfaces({
    inputs: request.inputs,
    places: request.places,
    outTs,
    outPy,
    ...(request.header !== undefined && { header: request.header }),
    ...(loader !== undefined && { loader }),
  });
  const diagnostics = [...request.diagnostics, ...generated.diagnostics];
  if (prevents(diagnostics, request)) return refuse(diagnostics);
  const states = generated.outputs.map(stateOf);
  const outcome = finish(states, context, commandText('gen', line, context.io.cwd));
  const warnings = diagnostics.length === 0 ? '' : `${countText(diagnostics)}\n`;
  return { ...outcome, diagnostics, note: `${warnings}${outcome.note ?? ''}` };
}

function refuse(diagnostics: readonly Diagnostic[]): Outcome {
  const isStrict = diagnostics.every(({ severity }) => severity === 'warning');
  const why = isStrict ? ' and --strict' : '';
  return {
    code: EXIT.input,
    diagnostics,
    note: `${countText(diagnostics)}${why}; nothing was written\n`,
    data: { files: [] },
  };
}

function unchanged(): Outcome {
  return { code: EXIT.ok, diagnostics: [] };
}

function write(states: readonly OutputState[], { shorten }: Context): Outcome {
  for (const state of states) writeOutput(state);
  const files = states.map(({ output, freshness }): GeneratedFileJson => {
    return { path: shorten(output.path), state: DONE[freshness].state };
  });
  const told = toldFiles(states, shorten);
  const text = told.map(({ path, freshness }) => `${DONE[freshness].verb} ${path}\n`).join('');
  return { code: EXIT.ok, diagnostics: [], text, data: { files }, outputs: states };
}

/** What has become of a file, for programs and for people. */
const DONE = {
  fresh: { state: 'unchanged', verb: 'unchanged' },
  stale: { state: 'written', verb: 'wrote' },
  missing: { state: 'written', verb: 'wrote' },
  obsolete: { state: 'removed', verb: 'removed' },
} as const satisfies Record<Freshness, unknown>;

/** `--check`: what is stale, how it would change, and what mends it. */
function check(states: readonly OutputState[], { shorten, paint }: Context, mend: string): Outcome {
  const files = states.map((state): GeneratedFileJson => {
    const path = shorten(state.output.path);
    if (state.freshness === 'fresh') return { path, state: 'unchanged' };
    const diff = unifiedDiff(path, state.current, state.output.text);
    return { path, state: state.freshness, diff };
  });
  const stale = toldFiles(states, shorten).filter(({ freshness }) => freshness !== 'fresh');
  if (stale.length === 0) return { code: EXIT.ok, diagnostics: [], data: { files } };
  return {
    code: EXIT.stale,
    diagnostics: [],
    text: files.map(({ diff = '' }) => colored(diff, paint)).join(''),
    note: `${stale.map(({ path, freshness }) => `${path} is ${freshness}\n`).join('')}run: ${mend}\n`,
    data: { files },
  };
}
