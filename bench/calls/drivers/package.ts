import { createRequire } from 'node:module';
import { join } from 'node:path';

/** A package that a party's folder has; typed by whoever uses it, since it is no dependency of ours. */
export function load<Package>(folder: string, name: string): Package {
  return createRequire(join(folder, 'package.json'))(name) as Package;
}
