import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.js';

/** A Node.js that is newer than the one that runs the specs. */
export interface NewerNode {
  readonly program: string;
  readonly version: string;
  /** Of its own OpenSSL. */
  readonly openssl: string;
}

/** What `node .ci/prepare.mjs nodes` has installed; undefined where that could not be had. */
export function newerNode(): NewerNode | undefined {
  const name = `node-linux-${process.arch}`;
  const program = join(root, 'build', 'nodes', 'node_modules', name, 'bin', 'node');
  if (!existsSync(program)) return undefined;
  const script = 'JSON.stringify([process.version, process.versions.openssl])';
  const [version, openssl] = JSON.parse(
    execFileSync(program, ['-p', script], { encoding: 'utf8' }),
  );
  return { program, version, openssl };
}
