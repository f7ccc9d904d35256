import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import type { PythonFile } from '../../codegen/emit/python.js';
import { pythonCommand, pythonEnvironment } from '../support/python.js';

const PROGRAM = `
import json, sys, types

problems = []
for module in json.load(open(sys.argv[1])):
    try:
        package = types.ModuleType("api_gen")
        package.__path__ = []
        files = {file["name"]: file["text"] for file in module["files"]}
        sys.modules["api_gen"] = package
        for part in ("_types", "_codec", "_client", "_server"):
            sys.modules.pop(f"api_gen.{part}", None)
            if f"{part}.py" in files:
                made = types.ModuleType(f"api_gen.{part}")
                made.__package__ = "api_gen"
                sys.modules[f"api_gen.{part}"] = made
                exec(compile(files[f"{part}.py"], f"{part}.py", "exec"), made.__dict__)
        exec(compile(files["__init__.py"], "__init__.py", "exec"), package.__dict__)
    except BaseException as error:
        problems.append(f"{type(error).__name__}: {error}: {module['what']}\\n{files}")
json.dump(problems, sys.stdout)
`;

/** What an interpreter has to say of generated packages when it runs them. */
export function pythonProblems(
  t: Test,
  modules: readonly { readonly what: string; readonly files: readonly PythonFile[] }[],
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
