import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import type { PythonFile } from '../../codegen/emit/python.js';
import { pythonCommand, pythonEnvironment } from '../support/python.js';

const PROGRAM = `
import importlib, importlib.abc, importlib.util, json, sys

class Packages(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    sources = {}

    def find_spec(self, name, path=None, target=None):
        if name not in self.sources:
            return None
        return importlib.util.spec_from_loader(name, self, is_package=name == "api_gen")

    def exec_module(self, module):
        name = module.__name__
        exec(compile(self.sources[name], name + ".py", "exec"), module.__dict__)

packages = Packages()
sys.meta_path.insert(0, packages)
problems = []
for module in json.load(open(sys.argv[1])):
    packages.sources = {
        "api_gen" if file["name"] == "__init__.py" else "api_gen." + file["name"][:-3]: file["text"]
        for file in module["files"]
    }
    for name in [name for name in sys.modules if name.startswith("api_gen")]:
        del sys.modules[name]
    try:
        importlib.import_module("api_gen")
    except BaseException as error:
        text = "\\n".join(packages.sources.values())
        problems.append(f"{type(error).__name__}: {error}: {module['what']}\\n{text}")
json.dump(problems, sys.stdout)
`;

/** What an interpreter has to say of generated modules when it runs them. */
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
