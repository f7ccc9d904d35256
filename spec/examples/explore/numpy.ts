/** numpy without an interface: chains in one round trip, slices, arrays that are not copied. */
import { kwargs, slice, spawn } from 'ringsnake';

await using worker = await spawn({});
const { py } = worker;
const np = await py.import('numpy');

// One round trip, however long the chain.
console.log(await np.linspace(0, 1, 5).reshape(5, 1).sum());

// An object stays in Python until its value is asked for.
const matrix = await np.arange(12, kwargs({ dtype: 'float64' })).reshape(3, 4);
console.log(matrix);
console.log(await matrix.mean(kwargs({ axis: 0 })).tolist()[0]);
console.log(await py.value(py.item(matrix, py.tuple(slice(), 1))));
console.log(await py.value(py.op('matmul', matrix, matrix.T).diagonal()));

// Filled here, summed there: the same memory.
const samples = worker.allocate(Float64Array, 1_000_000);
for (let i = 0; i < samples.length; i++) samples[i] = i % 10;
console.log(await np.asarray(samples).sum());

// The same, blocking.
const { sync } = py;
console.log(sync.import('numpy').hypot(3, 4));
