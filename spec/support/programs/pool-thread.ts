/** Runs in a worker_threads thread: starts a pool, tells the pids of its members, and is in the middle of calls ever after. */
import { parentPort } from 'node:worker_threads';
import { pool } from 'ringsnake';
import { CrewClient } from '../crew/crew.gen.js';
import { crewModule } from '../crew/start.js';
import { pythonCommand } from '../python.js';

const workers = await pool({ module: crewModule, python: pythonCommand(), workers: 2 });
parentPort?.postMessage(await workers.broadcast(CrewClient).pid());
const crew = workers.client(CrewClient);
while ((await Promise.all([crew.pid(), crew.pid(), crew.pid()])).length === 3);
