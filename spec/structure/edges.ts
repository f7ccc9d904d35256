/** Atomic operations of C++ and the edges that their comments name. */
import type { Tree } from './tree.js';

/** How far above its operation a comment may stand, in lines. */
const REACH = 6;

const OPERATION =
  /(\.|->)(load|store|exchange|fetch_\w+|compare_exchange_\w+)\(|\batomic_thread_fence\(|\bMemory::full_fence\(/;
const EDGE = /\bedge\s+([A-Z][A-Z_]+)/g;

export interface Operation {
  /** `path:line`. */
  readonly place: string;
  readonly edges: readonly string[];
  /** Whether it says its memory order. */
  readonly ordered: boolean;
}

/** Every atomic operation, with the edges named in the comments on its lines and just above. */
export function atomicOperations(tree: Tree): Operation[] {
  return [...tree].flatMap(([path, text]) => {
    const lines = text.split('\n');
    return lines.flatMap((line, i) => {
      if (!OPERATION.test(withoutComment(line))) return [];
      const statement = lines.slice(i, i + 3).join(' ');
      // A formatter may break a comment between `edge` and the name.
      const nearby = lines
        .slice(Math.max(0, i - REACH), i + 1)
        .join('\n')
        .replaceAll(/\n\s*\/\/ */g, ' ');
      return [
        {
          place: `${path}:${i + 1}`,
          edges: [...nearby.matchAll(EDGE)].map(([, name = '']) => name),
          ordered: /memory_order|full_fence/.test(statement),
        },
      ];
    });
  });
}

/** How often each edge is named at an end. */
export function edgeEnds(tree: Tree): Map<string, number> {
  const ends = new Map<string, number>();
  for (const text of tree.values()) {
    for (const [, name = ''] of text.replaceAll(/\n\s*\/\/ */g, ' ').matchAll(EDGE)) {
      ends.set(name, (ends.get(name) ?? 0) + 1);
    }
  }
  return ends;
}

function withoutComment(line: string): string {
  return line.replace(/\/\/.*$/, '');
}
