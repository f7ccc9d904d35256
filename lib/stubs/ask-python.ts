/** Has an interpreter describe its modules. */
import { spawn } from 'node:child_process';
import { InterpreterNotFoundError } from '../errors.js';
import { findInterpreter } from '../worker/interpreter.js';
import { pythonPathWithin } from '../worker/python-path.js';
import type { Report } from './model.js';
import { StubsProblem } from './problem.js';

export interface Question {
  readonly modules: readonly string[];
  readonly recursive: boolean;
  /** A folder; undefined: what the interpreter has. */
  readonly typeshed: string | undefined;
  readonly python: string | undefined;
  readonly cwd: string;
  /** Takes what modules print while they are imported. */
  readonly printed: { write(text: string): unknown };
}

/** Rejects with StubsProblem: no interpreter, modules that cannot be imported, an interpreter that ends. */
export async function askPython(
  question: Question,
  environment: NodeJS.ProcessEnv,
): Promise<Report> {
  const interpreter = interpreterFor(question.python, environment);
  const { modules, recursive, typeshed } = question;
  const request = JSON.stringify({
    modules,
    recursive,
    ...(typeshed !== undefined && { typeshed }),
  });
  const { answer, ending } = await run(interpreter, request, { question, environment });
  const names = modules.join(', ');
  if (answer === '')
    throw new StubsProblem(`${interpreter} ended (${ending}) while it imported ${names}`);
  const report = JSON.parse(answer) as Report & { readonly fault?: string };
  if (report.fault !== undefined) throw new Error(report.fault);
  if (report.failures !== undefined)
    throw new StubsProblem(failureText(report.failures, interpreter));
  return report;
}

function interpreterFor(python: string | undefined, environment: NodeJS.ProcessEnv): string {
  try {
    return findInterpreter(python, environment);
  } catch (error) {
    if (error instanceof InterpreterNotFoundError) throw new StubsProblem(error.message);
    throw error;
  }
}

function run(
  interpreter: string,
  request: string,
  {
    question,
    environment,
  }: { readonly question: Question; readonly environment: NodeJS.ProcessEnv },
): Promise<{ readonly answer: string; readonly ending: string }> {
  const { cwd, printed } = question;
  return new Promise((resolve, reject) => {
    const child = spawn(interpreter, ['-m', 'ringsnake._stubs', request], {
      cwd,
      env: { ...environment, PYTHONPATH: pythonPathWithin(environment), PYTHONIOENCODING: 'utf-8' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let answer = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => printed.write(text));
    child.on('error', (error) =>
      reject(new StubsProblem(`${interpreter} could not be started: ${error.message}`)),
    );
    child.on('close', (code, signal) => {
      // Half an answer is none.
      resolve({ answer: code === 0 ? answer : '', ending: signal ?? `exit code ${code}` });
    });
  });
}

function failureText(failures: NonNullable<Report['failures']>, interpreter: string): string {
  const texts = failures.map(
    ({ module, error, traceback = '' }) =>
      `${interpreter} cannot import ${module}: ${error}\n${traceback}`,
  );
  return texts.join('').trimEnd();
}
