/** Diagnostics as people read them, and as programs do. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Diagnostic, DiagnosticCode, Severity } from '../diagnostics.js';
import { codeFrame, sourceLines, visible } from './code-frame.js';
import type { Paint } from './colors.js';

/** A diagnostic in the output of `--format json`. */
export interface DiagnosticJson {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly hint: string;
  /** Relative to the working directory if it is in or beside it. Absent, with the next three, where no file is to blame. */
  readonly file?: string;
  /** One-based. */
  readonly line?: number;
  readonly column?: number;
  /** How many characters of the line are meant. */
  readonly width?: number;
  /** How a type was reached from an interface. */
  readonly reachedFrom?: string;
}

/** What `--format json` writes to stdout: one object. A command adds members of its own. */
export interface ReportJson {
  readonly exitCode: number;
  readonly diagnostics: readonly DiagnosticJson[];
  /** Only with the exit code 3. */
  readonly error?: { readonly message: string; readonly stack?: string };
}

/** By file and place; what no file is to blame for comes first. */
export function sorted(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const key = ({ position }: Diagnostic) => ({
    file: position?.file ?? '',
    line: position?.line ?? 0,
    column: position?.column ?? 0,
  });
  return [...diagnostics].sort((first, second) => {
    const [a, b] = [key(first), key(second)];
    if (a.file !== b.file) return a.file < b.file ? -1 : 1;
    return a.line - b.line || a.column - b.column;
  });
}

/** Whether they keep a command from doing its work. */
export function prevents(
  diagnostics: readonly Diagnostic[],
  { strict }: { readonly strict: boolean },
): boolean {
  return diagnostics.some(({ severity }) => strict || severity === 'error');
}

export class Reporter {
  readonly #command: string;
  readonly #cwd: string;
  readonly #paint: Paint;
  readonly #sources = new Map<string, readonly string[]>();

  constructor({ command, cwd, paint }: { command: string; cwd: string; paint: Paint }) {
    this.#command = command;
    this.#cwd = cwd;
    this.#paint = paint;
  }

  /** A path as it is shown. */
  shorten(file: string): string {
    return shorten(file, this.#cwd);
  }

  texts(diagnostics: readonly Diagnostic[]): string {
    // Files may be others than they were at the last report.
    this.#sources.clear();
    return diagnostics.map((found) => this.#text(found)).join('');
  }

  /** Position, source line, how it was reached, hint. */
  #text(found: Diagnostic): string {
    const { position, severity, code, message, reachedFrom, hint } = found;
    const where =
      position === undefined
        ? `ringsnake ${this.#command}:`
        : `${this.shorten(position.file)}:${position.line}:${position.column}`;
    const paint = this.#paint;
    const kind = paint(severity === 'error' ? 'red' : 'yellow', `${severity} ${code}`);
    const frame = position && codeFrame(this.#source(position.file), position, paint);
    const lines = [
      ...(frame ?? []),
      ...(reachedFrom === undefined ? [] : [`reached from ${visible(reachedFrom)}`]),
      `hint: ${visible(hint)}`,
    ].map((line) => `   ${line}\n`);
    return `${paint('bold', where)} ${kind}: ${visible(message)}\n${lines.join('')}`;
  }

  json({ position, ...found }: Diagnostic): DiagnosticJson {
    const { code, severity, message, hint, reachedFrom } = found;
    return {
      code,
      severity,
      message,
      hint,
      ...(position && { ...position, file: this.shorten(position.file) }),
      ...(reachedFrom !== undefined && { reachedFrom }),
    };
  }

  #source(file: string): readonly string[] {
    const known = this.#sources.get(file);
    if (known !== undefined) return known;
    let lines: readonly string[] = [];
    try {
      lines = sourceLines(readFileSync(file, 'utf8'));
    } catch {
      // A file that cannot be read is what the diagnostic is about, or it is gone by now.
    }
    this.#sources.set(file, lines);
    return lines;
  }
}

/** `2 errors and 1 warning`; empty for none. */
export function countText(diagnostics: readonly Diagnostic[]): string {
  const parts = (['error', 'warning'] as const).flatMap((severity) => {
    const count = diagnostics.filter((found) => found.severity === severity).length;
    if (count === 0) return [];
    return [`${count} ${severity}${count === 1 ? '' : 's'}`];
  });
  return parts.join(' and ');
}

export function shorten(file: string, cwd: string): string {
  const path = relative(cwd, file);
  return path === '' || path.startsWith('../../') ? file : path;
}
