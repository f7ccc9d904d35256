/** Files, arguments and configurations. Examples are commands or configurations here. */
import type { Explanation } from '../explanations.js';

export const INPUTS: Readonly<Record<string, Explanation>> = {
  RSG101: {
    text: `An input does not exist, or is no file. Paths given as arguments are relative to the working directory, paths
in ringsnake.config.json to the folder of that file. Patterns such as src/*.ts are the shell's work: a
configuration names each file.`,
    wrong: 'ringsnake gen src/missing.ts --out-ts gen --out-py gen',
    right: 'ringsnake gen src/api.ts --out-ts gen --out-py gen',
  },
  RSG102: {
    text: `The TypeScript compiler found an error in an import, an export, an interface or a type alias that the
generator reads. To the generator such a type is unknown, so it stops instead of guessing. Errors inside of
functions do not matter here. The compiler always runs in strict mode: what null and undefined mean must not
depend on your tsconfig.json.`,
    wrong: `import type { Account } from './missing.js';
export interface Bank {
  open(owner: string): Promise<Account>;
}`,
    right: `export interface Account {
  owner: string;
}
export interface Bank {
  open(owner: string): Promise<Account>;
}`,
  },
  RSG103: {
    text: `The file exports no interface and no type. What can be called is an exported interface that has methods; all other
interfaces and types are data, which its methods take and return.`,
    wrong: 'export const answer = 42;',
    right: `export interface Point {
  x: number;
  y: number;
}
export interface Plotter {
  plot(point: Point): Promise<void>;
}`,
  },
  RSG104: {
    text: `The generator does not know where files go. Both languages are generated from one file, so both directories
are needed; they may be the same one. Give them as arguments, or once and for all in ringsnake.config.json,
which \`ringsnake init\` writes.`,
    wrong: 'ringsnake gen api.ts --out-ts src/gen',
    right: 'ringsnake gen api.ts --out-ts src/gen --out-py python/acme',
  },
  RSG105: {
    text: `Inputs are TypeScript: their names end in .ts, .mts or .cts (.d.ts will do). JavaScript, TSX and JSON have no
interfaces to read.`,
    wrong: 'ringsnake gen api.js --out-ts gen --out-py gen',
    right: 'ringsnake gen api.ts --out-ts gen --out-py gen',
  },
  RSG106: {
    text: `A file stands where generated code should go, and its first line does not say that ringsnake wrote it. It may
be yours, so it is left alone. Move it away or choose another directory. A generated file whose first line
was edited is taken for yours, too: delete it. A module \`user_api_gen.py\` beside the package \`user_api_gen/\` is
refused as well, because Python would not find it any more.`,
  },
  RSG107: {
    text: `Names of generated files come from the names of inputs: \`user-api.ts\` becomes \`user-api.gen.ts\` and
the package \`user_api_gen/\`. Two inputs that would be written to the same place cannot go into one directory.`,
    wrong: 'ringsnake gen orders/api.ts users/api.ts --out-ts gen --out-py gen',
    right: 'ringsnake gen orders/api.ts --out-ts gen/orders --out-py gen/orders',
  },
  RSG108: {
    text: `How modules are found is what the nearest tsconfig.json above an input says, and that one cannot be read. What
the message says is the compiler's own word. Only the settings matter: which files it includes does not.`,
  },
  RSG109: {
    text: `There is nothing to generate from: neither an argument nor \`entries\` in a ringsnake.config.json, in the working
directory or above it. \`ringsnake init\` writes one.`,
    wrong: 'ringsnake gen --out-ts gen --out-py gen',
    right: 'ringsnake gen api.ts --out-ts gen --out-py gen',
  },
  RSG110: {
    text: `The command line cannot be understood. \`ringsnake COMMAND --help\` lists what there is. Options may be written
--out-ts DIR or --out-ts=DIR; what follows -- is taken for files.`,
    wrong: 'ringsnake gen api.ts --out-pi gen',
    right: 'ringsnake gen api.ts --out-ts gen --out-py gen',
  },
  RSG111: {
    text: `ringsnake.config.json is plain JSON: keys and texts in double quotes, no comments, no comma after the last
value.`,
    wrong: `{
  "entries": ["api.ts"], // ours
}`,
    right: `{
  "entries": ["api.ts"]
}`,
  },
  RSG112: {
    text: `ringsnake.config.json knows these settings: $schema, entries, outTs, outPy, strict, header. With
"$schema": "./node_modules/ringsnake/config.schema.json" an editor completes them and shows mistakes.`,
    wrong: `{
  "entry": "api.ts"
}`,
    right: `{
  "entries": ["api.ts"]
}`,
  },
  RSG113: {
    text: `A setting has a value of another type. Paths are texts, relative to the folder of the file; \`entries\` is an
array of them even if there is only one.`,
    wrong: `{
  "entries": "api.ts"
}`,
    right: `{
  "entries": ["api.ts"]
}`,
  },
  RSG114: {
    text: `ringsnake itself has no dependencies. Only the generator needs one, ts-morph, which holds the TypeScript
compiler, and only while you develop: generated code runs without.`,
    right: 'npm install --save-dev ts-morph@28',
  },
  RSG115: {
    text: `The operating system refused to read or write a file or a folder. The message has its word: EACCES and EPERM are
missing permissions, ENOTDIR and EEXIST a file where a folder should be, ENOSPC a full disk or, with --watch,
too few watchers (the setting fs.inotify.max_user_watches).`,
  },
  RSG116: {
    text: `A key stands twice in ringsnake.config.json. JSON allows it and takes the last one, but it is hardly what you
mean. It is a warning: generation goes on, unless \`strict\` is set.`,
    wrong: `{
  "outTs": "src/gen",
  "outTs": "gen"
}`,
    right: `{
  "outTs": "gen"
}`,
  },
  RSG119: {
    text: `The TypeScript compiler goes down into a file as deep as its brackets are nested, and here that was deeper than the
stack of a program allows. Where no bracket was forgotten, give inner types names of their own.`,
  },
};
