import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release } from 'node:os';
import { join } from 'node:path';
import { pythonCommand, root } from './folder.js';

/** What a result means nothing without. */
export interface Machine {
  readonly date: string;
  readonly processor: string;
  readonly cores: number;
  readonly kernel: string;
  readonly node: string;
  readonly python: string;
  readonly ringsnake: string;
}

export function machine(): Machine {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  const python = execFileSync(
    pythonCommand(),
    ['-c', 'import platform; print(platform.python_version())'],
    {
      encoding: 'utf8',
    },
  );
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    kernel: release(),
    node: process.version,
    python: python.trim(),
    ringsnake: version,
  };
}

export function machineLine(where: Machine): string {
  const { processor, cores, kernel, node, python, ringsnake, date } = where;
  return `${processor}, ${cores} cores, Linux ${kernel}; Node ${node}, CPython ${python}, ringsnake ${ringsnake}; ${date}`;
}
