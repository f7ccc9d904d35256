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

/** Of every thread; those too that are dead and not yet reaped. */
export function childPids(): number[] {
  return readdirSync('/proc/self/task').flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number),
  );
}

function children(): string[] {
  return childPids().map(() => 'child process');
}
