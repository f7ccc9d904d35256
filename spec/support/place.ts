import { embed, spawn } from 'ringsnake';

/** Whether the specs' workers live on threads of this process: the behaviour of a session is the same in both places. */
export const onThread: boolean = process.env['RINGSNAKE_SPEC_PLACE'] === 'thread';

/** Starts a worker where the specs' workers live; on a thread without what takes a process. */
export const startInPlace: typeof spawn = onThread
  ? ({ restart, onRestart, cwd, env, ...options }) => embed(options)
  : spawn;
