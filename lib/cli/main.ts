#!/usr/bin/env node
/** `ringsnake COMMAND`: finds the program behind a command and loads nothing else. */

const HELP = `ringsnake: typed, two-way calls between Node.js and Python

Usage: ringsnake COMMAND [...]

  init [DIR]       writes a configuration and a sample interface to begin with
  gen [FILE.ts...] writes TypeScript and Python for the interfaces in each file;
                   --check for CI, --watch while you write
  explain CODE     says what is wrong where \`gen\` shows CODE, and what to write instead
  ir [FILE.ts...]  shows what \`gen\` understands: the model and its schemas
  stubs MODULE...  writes TypeScript declarations for modules of Python, for use without an interface
  repl             a prompt for JavaScript and Python
  diff OLD NEW     says what changed between two versions of an interface that breaks somebody
  doctor           shows versions, paths, kernel features and what is built
  top PID          shows the workers of a process and their rings

  ringsnake COMMAND --help   says more about each, with examples
  ringsnake --help           this text
  ringsnake --version
`;

const DOCTOR_HELP = `Usage: ringsnake doctor

Shows versions, paths, kernel features and what is built, and how to get what is missing.

Examples:
  ringsnake doctor

Exit codes:
  0  a worker can start
  1  a worker cannot start
`;

/** A terminal's reader may leave early, as `head` does: then there is nobody to tell. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

type CommandProgram = (argv: readonly string[]) => Promise<number>;

/** The generator stands beside the floors: nothing in lib needs it but these lines. */
function generator(name: 'explain' | 'gen' | 'init' | 'ir'): CommandProgram {
  return async (argv) => {
    const commands = await import('../../codegen/cli.js');
    const { stdout, stderr, env } = process;
    return commands[name](argv, { stdout, stderr, env, cwd: process.cwd() });
  };
}

const commands: Readonly<Record<string, CommandProgram>> = {
  init: generator('init'),
  gen: generator('gen'),
  explain: generator('explain'),
  ir: generator('ir'),
  diff: async (argv) => {
    const { diff } = await import('../diff/diff.js');
    return diff(argv, { stdout: process.stdout, stderr: process.stderr, cwd: process.cwd() });
  },
  stubs: async (argv) => {
    const { stubs } = await import('../stubs/stubs.js');
    const { stdout, stderr, env } = process;
    return stubs(argv, { stdout, stderr, env, cwd: process.cwd() });
  },
  repl: async (argv) => {
    const { repl } = await import('../repl/repl.js');
    return repl(argv, process);
  },
  doctor: async ([word]) => {
    if (word === '--help' || word === '-h') {
      process.stdout.write(DOCTOR_HELP);
      return 0;
    }
    if (word !== undefined) {
      process.stderr.write(`ringsnake doctor: it takes no arguments, got \`${word}\`\n`);
      return 2;
    }
    const { doctor } = await import('../doctor/doctor.js');
    return doctor(process.stdout);
  },
  top: async (argv) => {
    const { top } = await import('../top/top.js');
    return top(argv, process);
  },
};

async function main([name = '--help', ...argv]: readonly string[]): Promise<number> {
  if (name === '--help' || name === '-h' || name === 'help') {
    const [about] = argv;
    if (name === 'help' && about !== undefined) return main([about, '--help']);
    process.stdout.write(HELP);
    return 0;
  }
  if (name === '--version') {
    const { packageVersion } = await import('../doctor/package-version.js');
    process.stdout.write(`${packageVersion()}\n`);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command !== undefined) return command(argv);
  const { nearestName } = await import('../../codegen/nearest-name.js');
  const nearest = nearestName(name, [...Object.keys(commands), '--help', '--version']);
  const advice =
    nearest === undefined
      ? `\n${HELP}`
      : `   hint: did you mean \`ringsnake ${nearest}\`? \`ringsnake --help\` lists all\n`;
  process.stderr.write(`ringsnake: there is no command \`${name}\`\n${advice}`);
  return 2;
}

process.exitCode = await main(process.argv.slice(2));
