/**
 * Starts a pool of two and does what the first argument says: `busy` prints the members' pids with calls open, `waits` calls while there
 * is no member and prints `answered`, `end` prints the pids and comes to its end.
 */
import { pool } from 'ringsnake';
import { CrewClient } from '../crew/crew.gen.js';
import { crewModule, pidsOf } from '../crew/start.js';
import { until } from '../processes.js';
import { pythonCommand } from '../python.js';

const workers = await pool({
  module: crewModule,
  python: pythonCommand(),
  workers: 2,
  restart: { delay: 200 },
});
const crew = workers.client(CrewClient);
const pids = pidsOf(workers);

switch (process.argv[2]) {
  case 'busy':
    for (const _ of pids) void crew.block(60_000);
    console.log(pids.join(' '));
    break;
  case 'waits':
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await until('none is there', () => pidsOf(workers).length === 0);
    void crew.pid().then(() => console.log('answered'));
    break;
  default: // `end`: an open pool alone does not keep this process alive
    console.log(pids.join(' '));
}
