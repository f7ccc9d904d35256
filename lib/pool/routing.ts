/** Where a call may go: to any member, to the one that a key belongs to, or to a certain one. */
export type Route =
  | { readonly kind: 'any' }
  | { readonly kind: 'key'; readonly hash: number }
  | { readonly kind: 'member'; readonly index: number };

export const ANY: Route = { kind: 'any' };

/** The route of all calls with this key. */
export function routeOfKey(key: string): Route {
  return { kind: 'key', hash: hashOf(key) };
}

/**
 * The member that a key belongs to, by rendezvous: each member draws a number for the key, and the highest wins. So when one goes, its keys
 * spread over the others and no other key moves; when it comes back, they do, too.
 */
export function memberOfKey<Member extends { readonly index: number }>(
  hash: number,
  members: readonly Member[],
): Member | undefined {
  let winner: Member | undefined;
  let highest = -1;
  for (const member of members) {
    const drawn = mixed(hash ^ Math.imul(member.index + 1, 0x9e3779b1));
    if (drawn > highest) [winner, highest] = [member, drawn];
  }
  return winner;
}

/** FNV-1a over UTF-16 units. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Murmur3's finaliser: every bit in moves half of the bits out. */
function mixed(value: number): number {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** Chooses the member with the fewest calls; of several, the one whose turn it is. */
export class LeastOutstanding {
  #turn = 0;

  /** Among members that are there; undefined if none is. */
  choose<Member extends { readonly outstanding: number }>(
    members: readonly Member[],
  ): Member | undefined {
    const count = members.length;
    let chosen = -1;
    let fewest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      const place = (this.#turn + i) % count;
      const { outstanding } = members[place] as Member;
      if (outstanding < fewest) [chosen, fewest] = [place, outstanding];
    }
    if (chosen === -1) return undefined;
    this.#turn = (chosen + 1) % count;
    return members[chosen];
  }
}
