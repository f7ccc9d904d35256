/** Gives values back, of no declared type. */
export interface Mirror {
  /** The same value. */
  echo(value: unknown): Promise<unknown>;
  /** The same, from an `async def`. */
  echoLater(value: unknown): Promise<unknown>;
  /** What a message is, as Python reads it. */
  read(message: Uint8Array): Promise<unknown>;
}
