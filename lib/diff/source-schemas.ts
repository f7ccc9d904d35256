/** Schemas of TypeScript that nothing was generated from yet. Loads the generator, and with it the compiler. */
import type { Module, Slot } from '../../codegen/model.js';
import { InputProblem } from './problem.js';
import type { PythonNames } from './source-findings.js';

export async function describeSource(
  path: string,
  shown: string,
): Promise<{ readonly texts: string[]; readonly pythonNames: PythonNames }> {
  const { inspect } = await import('../../codegen/inspect/inspect.js');
  const { prevents, Reporter } = await import('../../codegen/cli/report.js');
  const { schemaOf } = await import('../../codegen/schema.js');
  const { modules, diagnostics } = inspect([path]);
  if (prevents(diagnostics, { strict: false })) {
    const reporter = new Reporter({ command: 'diff', cwd: '/', paint: (_, text) => text });
    throw new InputProblem(
      `${shown} cannot be generated from:\n${reporter.texts(diagnostics)}`.trimEnd(),
    );
  }
  const texts = modules.flatMap((module) =>
    module.services.map((service) => schemaOf(service, module).text),
  );
  return { texts, pythonNames: new Map(modules.flatMap(namesOf)) };
}

function namesOf({ services, records, errors }: Module): [string, string][] {
  const ofSlots = (owner: string, slots: readonly Slot[]): [string, string][] =>
    slots.map(({ name, pythonName }) => [`${owner}.${name}`, pythonName]);
  return [
    ...services.flatMap(({ name, methods, data }) => [
      ...methods.map((method): [string, string] => [`${name}.${method.name}`, method.pythonName]),
      ...ofSlots(name, data),
    ]),
    ...[...records, ...errors].flatMap(({ name, fields }) => ofSlots(name, fields)),
  ];
}
