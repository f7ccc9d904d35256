import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import { pythonCommand, pythonEnvironment } from '../support/python.js';

const PROGRAM = `
import json, sys, types

problems = []
for module in json.load(open(sys.argv[1])):
    try:
        made = types.ModuleType("api_gen")
        sys.modules["api_gen"] = made
        exec(compile(module["source"], "api_gen.py", "exec"), made.__dict__)
    except BaseException as error:
        problems.append(f"{type(error).__name__}: {error}: {module['what']}\\n{module['source']}")
json.dump(problems, sys.stdout)
`;

/** What an interpreter has to say of generated modules when it runs them. */
export function pythonProblems(
  t: Test,
  modules: readonly { readonly what: string; readonly source: string }[],
): string[] {
  const path = join(t.testdir({}), 'modules.json');
  writeFileSync(path, JSON.stringify(modules));
  const output = execFileSync(pythonCommand(), ['-c', PROGRAM, path], {
    env: pythonEnvironment(),
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(output) as string[];
}
