#!/usr/bin/env node
/** `ringsnake COMMAND`: finds the program behind a command and loads nothing else. */

const HELP = `ringsnake: typed, two-way calls between Node.js and Python

  ringsnake gen FILE.ts... --out-ts DIR --out-py DIR [--check]
                      writes TypeScript and Python for the interfaces in FILE.ts
  ringsnake diff OLD NEW
                      says what changed between two versions of an interface that breaks somebody
  ringsnake doctor    shows versions, paths, kernel features and what is built
  ringsnake top PID   shows the workers of a process and their rings; \`ringsnake top --help\` says more
  ringsnake --help    this text; \`ringsnake gen --help\` says more
  ringsnake --version
`;

const commands: Readonly<Record<string, (argv: readonly string[]) => Promise<number>>> = {
  // The generator stands beside the floors: nothing in lib needs it but this line.
  gen: async (argv) => {
    const { gen } = await import('../../codegen/cli.js');
    return gen(argv, { stdout: process.stdout, stderr: process.stderr, cwd: process.cwd() });
  },
  diff: async (argv) => {
    const { diff } = await import('../diff/diff.js');
    return diff(argv, { stdout: process.stdout, stderr: process.stderr, cwd: process.cwd() });
  },
  doctor: async () => {
    const { doctor } = await import('../doctor/doctor.js');
    return doctor(process.stdout);
  },
  top: async (argv) => {
    const { top } = await import('../top/top.js');
    return top(argv, process);
  },
  '--help': async () => {
    process.stdout.write(HELP);
    return 0;
  },
  '--version': async () => {
    const { packageVersion } = await import('../doctor/package-version.js');
    process.stdout.write(`${packageVersion()}\n`);
    return 0;
  },
};

const [name = '--help', ...argv] = process.argv.slice(2);
const command = commands[name];
if (command === undefined) {
  process.stderr.write(`ringsnake: there is no command \`${name}\`\n\n${HELP}`);
  process.exitCode = 2;
} else process.exitCode = await command(argv);
