import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function find(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : find(dirname(folder));
}

/** The repository's top folder, wherever the compiled spec lies. */
export const root: string = find(dirname(fileURLToPath(import.meta.url)));
