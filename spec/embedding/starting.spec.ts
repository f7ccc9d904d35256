/** The first moments of a worker on a thread. */
import t from 'tap';
import { startLodger } from './lodgers.js';

/** Holds every worker up between its welcome and its loop. */
const HOLD = `
import logging, time
class Hold(logging.Handler):
    def emit(self, record):
        if getattr(record, "ringsnake_event", None) == "worker:start":
            time.sleep(0.3)
logging.getLogger("ringsnake.worker").addHandler(Hold())
logging.getLogger("ringsnake.worker").setLevel(logging.INFO)
`;

t.test(
  'a worker is welcome when its loop runs: a call that comes at once may call back',
  async (t) => {
    const { lodger } = await startLodger(t);
    lodger.sync.run(HOLD);
    const { lodger: next } = await startLodger(t);
    t.equal(next.sync.ask(2), '0! 1!');
    const { lodger: another } = await startLodger(t);
    t.equal(another.sync.threadOfAwaitable(), await another.thread());
  },
);
