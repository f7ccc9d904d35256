/** JavaScript without an interface: a worker in Python uses the packages of this program. The arguments are a good and a bad file of settings. */
import { spawn } from 'ringsnake';

// Without that the worker could only call functions that it is given: it may do all that this program may.
await using worker = await spawn({ exposeJavaScript: true });
const settings = await worker.py.import('settings');

const [, , good, bad] = process.argv;
console.log(await worker.py.value(settings.check(good)));
console.log(await worker.py.value(settings.check(bad)));
console.log(await settings.load_later(good));
