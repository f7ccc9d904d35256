/** What two schemas cannot agree on. */

/** Who writes a value and who reads it: whoever calls the interface, or whoever serves it. */
export type Side = 'client' | 'server';

/** Why a value of the writer's is none of the reader's. */
export type Clash =
  /** The caller has a method that the callee lacks. */
  | 'method'
  /** Names of parameters have changed their places. */
  | 'order'
  /** The reader requires a parameter, a field that the writer has not. */
  | 'parameter'
  | 'field'
  /** The writer may leave out what the reader requires. */
  | 'absent'
  | 'null'
  /** The reader does not know one of the literals, one of the branches. */
  | 'member'
  /** The writer may have others than those that it knows. */
  | 'open'
  | 'branch'
  | 'type'
  /** What is a field on one side is covered by an index signature on the other. */
  | 'index'
  /** It can be compared, but not made over. */
  | 'carrying';

export interface Finding {
  readonly clash: Clash;
  /** `Bank.transfer(to.address)`, `Bank.list()[].id`. */
  readonly path: string;
  readonly writer: Side;
  /** What stands there; undefined: nothing. */
  readonly client: string | undefined;
  readonly server: string | undefined;
  /** More than the texts say. */
  readonly note: string;
}

export function otherSide(side: Side): Side {
  return side === 'client' ? 'server' : 'client';
}
