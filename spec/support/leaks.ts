import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What a process holds of the system, by name and how often. */
export type Holdings = Readonly<Record<string, number>>;

/** Open descriptors by target, mapped regions, and children of this process. */
export function holdings(): Holdings {
  const names = [...descriptors(), ...regions(), ...children()];
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function descriptors(): string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      // Sockets and pipes carry a number of their own, which says nothing here.
      return [
        `descriptor of ${readlinkSync(`/proc/self/fd/${descriptor}`).replace(/:\[\d+\]$/, '')}`,
      ];
    } catch {
      return [];
    }
  });
}

function regions(): string[] {
  const maps = readFileSync('/proc/self/maps', 'utf8').split('\n');
  return maps.filter((line) => line.includes('memfd:')).map(() => 'mapped region');
}

function children(): string[] {
  return readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8')
    .split(' ')
    .filter((pid) => pid.trim() !== '')
    .map(() => 'child process');
}
