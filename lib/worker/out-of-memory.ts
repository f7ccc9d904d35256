import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the kernel tells of control groups. Specs have folders of their own. */
export interface CgroupPlaces {
  /** Default: `/proc/self/cgroup`. */
  readonly membership: string;
  /** Default: `/sys/fs/cgroup`. */
  readonly mount: string;
}

const SYSTEM: CgroupPlaces = { membership: '/proc/self/cgroup', mount: '/sys/fs/cgroup' };

/** How many processes of our control group the kernel has killed for want of memory so far; undefined where it does not say. */
export function countOutOfMemoryKills(places: CgroupPlaces = SYSTEM): number | undefined {
  for (const file of candidates(places)) {
    const count = /^oom_kill (\d+)$/m.exec(readIfThere(file) ?? '')?.[1];
    if (count !== undefined) return Number(count);
  }
  return undefined;
}

/** Version 2 first, then version 1; inside of a container the group is often mounted as the root. */
function candidates({ membership, mount }: CgroupPlaces): string[] {
  const groups = readIfThere(membership) ?? '';
  const unified = /^0::(.*)$/m.exec(groups)?.[1] ?? '/';
  const memory = /^\d+:(?:.*,)?memory(?:,.*)?:(.*)$/m.exec(groups)?.[1] ?? '/';
  return [
    join(mount, unified, 'memory.events'),
    join(mount, 'memory.events'),
    join(mount, 'memory', memory, 'memory.oom_control'),
    join(mount, 'memory', 'memory.oom_control'),
  ];
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
