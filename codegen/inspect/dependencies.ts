/** Which files and folders the result of an inspection depends on: what `--watch` looks at. */
import { dirname, resolve } from 'node:path';
import { ts } from 'ts-morph';

export interface Dependencies {
  /** Absolute paths of source files and configurations. */
  readonly files: ReadonlySet<string>;
  /** Where they are, and where those would be that are imported and not there. May not exist. */
  readonly folders: ReadonlySet<string>;
}

export function dependenciesOf(
  programs: readonly ts.Program[],
  configs: readonly string[],
): Dependencies {
  const files = new Set(configs.flatMap(configChain));
  const folders = new Set([...files].map((file) => dirname(file)));
  for (const program of programs) {
    for (const file of program.getSourceFiles()) {
      if (program.isSourceFileDefaultLibrary(file)) continue;
      files.add(file.fileName);
      folders.add(dirname(file.fileName));
      if (program.isSourceFileFromExternalLibrary(file)) continue;
      for (const specifier of relativeSpecifiers(file)) {
        folders.add(dirname(resolve(dirname(file.fileName), specifier)));
      }
    }
  }
  return { files, folders };
}

/** Of each file that is kept. */
const SPECIFIERS = new WeakMap<ts.SourceFile, readonly string[]>();

function relativeSpecifiers(file: ts.SourceFile): readonly string[] {
  const known = SPECIFIERS.get(file);
  if (known !== undefined) return known;
  const found = ts
    .preProcessFile(file.text)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((specifier) => specifier.startsWith('.'));
  SPECIFIERS.set(file, found);
  return found;
}

/** A configuration and those it extends. */
function configChain(config: string): string[] {
  const file = ts.readJsonConfigFile(config, ts.sys.readFile);
  ts.parseJsonSourceFileConfigFileContent(
    file,
    { ...ts.sys, readDirectory: () => [] },
    dirname(config),
  );
  return [config, ...(file.extendedSourceFiles ?? [])];
}
