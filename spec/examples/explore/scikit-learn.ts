/** scikit-learn without an interface: trained there, asked from here. */
import { kwargs, spawn } from 'ringsnake';

await using worker = await spawn({});
const { py } = worker;
const datasets = await py.import('sklearn.datasets');
const { train_test_split: split } = await py.import('sklearn.model_selection');
const { LogisticRegression } = await py.import('sklearn.linear_model');

using iris = await datasets.load_iris();
using parts = await split(iris.data, iris.target, kwargs({ random_state: 0, test_size: 0.25 }));
using model = await new LogisticRegression(kwargs({ max_iter: 500 })).fit(parts[0], parts[2]);

console.log('accuracy', (await model.score(parts[1], parts[3])).toFixed(2));
const kind: number = await model.predict([[5.1, 3.5, 1.4, 0.2]])[0];
console.log('the first flower is', await py.str(iris.target_names[kind]));

// What goes wrong there is thrown here, as Python tells it.
try {
  await model.predict([[1, 2]]);
} catch (error) {
  console.log((error as Error).message.split('\n')[0]);
}
