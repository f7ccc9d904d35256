/** Where text goes and what relative paths mean. */
export interface CommandIo {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  /** Absolute. */
  readonly cwd: string;
  /** Decides about colours; empty unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** The part of a `WriteStream` that commands use. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** What the exit codes of the generator's commands mean. */
export const EXIT = { ok: 0, stale: 1, input: 2, internal: 3 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
