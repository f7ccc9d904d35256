/** JSPyBridge, the other half of pythonia: JavaScript in Python, which starts a Node.js of its own. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { EquipmentError, equip } from '../calls/equipment.js';
import type { Party } from '../calls/lineup.js';
import { peers } from '../folder.js';

const PARTY: Pick<Party, 'name' | 'pip'> = {
  name: 'jspybridge',
  pip: ['javascript==1!1.2.6'],
};

export interface Bridge {
  /** Microseconds for one use. */
  measure(use: string, seconds: number): Promise<number>;
  close(): void;
}

/** Undefined where it cannot be installed. */
export async function startBridge(): Promise<Bridge | undefined> {
  let python: string;
  try {
    ({ python } = await equip({ ...PARTY, load: () => Promise.reject(new Error('no driver')) }));
  } catch (error) {
    if (!(error instanceof EquipmentError)) throw error;
    console.log(`without JSPyBridge: ${error.message}`);
    return undefined;
  }
  const child = spawn(python, [join(peers, 'js_objects.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    measure: async (use, seconds) => {
      child.stdin.write(`${use} ${seconds}\n`);
      const { value } = await lines.next();
      if (value === undefined) throw new Error('JSPyBridge has ended');
      return Number(value);
    },
    close: () => child.stdin.end(),
  };
}
