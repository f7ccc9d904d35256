/** Both prompts, whichever way lines come in. */

import { writer } from 'node:repl';
import { inspect } from 'node:util';
import { Expression } from '../proxies/expression.js';
import { stateOf } from '../proxies/proxy-state.js';
import type { PythonConsole } from './console.js';
import type { JavaScriptConsole, JavaScriptOutcome } from './javascript.js';

export type Language = 'javascript' | 'python';

export const PROMPTS: Readonly<Record<Language, string>> = { javascript: 'js> ', python: '>>> ' };

/** Runs what is complete, in the language of the moment. */
export class Languages {
  language: Language = 'javascript';
  readonly javascript: JavaScriptConsole;
  readonly python: PythonConsole;

  constructor(javascript: JavaScriptConsole, python: PythonConsole) {
    this.javascript = javascript;
    this.python = python;
  }

  /** `source` ends in a line end. */
  push(source: string): Promise<JavaScriptOutcome> {
    if (this.language === 'javascript') return this.javascript.push(source);
    return this.python.push(source.replace(/\n$/, ''));
  }
}

/** What was typed without `await` and needs one. */
export function isPending(value: unknown): boolean {
  return stateOf(value) instanceof Expression;
}

/** As Node's prompt shows values, and things of Python's as Python does. */
export function shown(value: unknown): string {
  return inspect(value, { ...writer.options, showProxy: false });
}
