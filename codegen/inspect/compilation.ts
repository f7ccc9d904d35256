/** The files of one configuration, compiled: an edited file is parsed where it was edited, and all others are kept. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Project, ts } from 'ts-morph';

export class Compilation {
  readonly #project: Project;
  #program: ts.Program | undefined;
  /** Parsed again since the program was made. */
  readonly #parsed = new Map<string, ts.SourceFile>();
  /** Of these the project has what they were before. */
  readonly #edited = new Set<string>();

  constructor(project: Project) {
    this.#project = project;
  }

  /** The last one; undefined before the first. */
  get program(): ts.Program | undefined {
    return this.#program;
  }

  compile(files: readonly string[]): ts.Program {
    const old = this.#program;
    const isKnown = files.every((file) => old?.getSourceFile(file) !== undefined);
    const program = isKnown && old !== undefined ? this.#followed(old) : undefined;
    this.#program = program ?? this.#whole(files);
    this.#parsed.clear();
    return this.#program;
  }

  /** Reads a file again. Returns whether it has changed. */
  refresh(file: string): boolean {
    const old = this.#parsed.get(file) ?? this.#program?.getSourceFile(file);
    if (old === undefined) return false;
    const text = textOf(file);
    if (text === old.text) return false;
    this.#edited.add(file);
    if (text === undefined) this.#program = undefined;
    else this.#parsed.set(file, ts.updateSourceFile(old, text, changeOf(old.text, text)));
    return true;
  }

  /** The program after the edits; undefined where these lead to files that it has not read. */
  #followed(old: ts.Program): ts.Program | undefined {
    if (this.#parsed.size === 0) return old;
    let isComplete = true;
    const library = libraryFolder(old);
    const options = old.getCompilerOptions();
    const host: ts.CompilerHost = {
      ...ts.createCompilerHost(options),
      getDefaultLibLocation: () => library,
      getDefaultLibFileName: (options) => join(library, ts.getDefaultLibFileName(options)),
      getSourceFile: (file) => {
        const found = this.#parsed.get(file) ?? old.getSourceFile(file);
        if (found === undefined) isComplete = false;
        return found;
      },
    };
    const rootNames = old.getRootFileNames();
    const program = ts.createProgram({ rootNames, options, host, oldProgram: old });
    return isComplete ? program : undefined;
  }

  #whole(files: readonly string[]): ts.Program {
    // What was parsed again has taken over the nodes of what it was before.
    for (const file of this.#edited) this.#project.getSourceFile(file)?.forget();
    this.#edited.clear();
    // One by one: for several it looks through all folders below, those of packages that link to each other without end.
    for (const file of files) this.#project.addSourceFileAtPathIfExists(file);
    this.#project.resolveSourceFileDependencies();
    return this.#project.getProgram().compilerObject;
  }
}

/** Undefined where there is no such file any more. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch {
    return undefined;
  }
}

/** What lies between what two texts begin and end with. */
function changeOf(before: string, after: string): ts.TextChangeRange {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let end = 0;
  while (
    end < most - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  )
    end++;
  const span = ts.createTextSpanFromBounds(start, before.length - end);
  return ts.createTextChangeRange(span, after.length - end - start);
}

function libraryFolder(program: ts.Program): string {
  const file = program.getSourceFiles().find((each) => program.isSourceFileDefaultLibrary(each));
  return file === undefined ? '' : dirname(file.fileName);
}
