import { AccessDeniedError } from '../errors.js';
import { ProxyStep } from '../wire/constants.gen.js';
import { LentFunction } from './given.js';
import { isMade } from './made-here.js';

/**
 * What a guest may do to whom nothing is exposed: call the functions that it was given, and show what it has. Anything else would be all: from any object
 * there is a way to `Function`. Throws AccessDeniedError. Normative: spec/wire/proxies.md §6. Twin: python/ringsnake/_proxies/access.py.
 */
export function mustBeGiven(program: readonly unknown[], subject: unknown): void {
  const [, step] = program;
  const isCall =
    step === ProxyStep.call &&
    (program.length === 4 || (program.length === 5 && program[4] === ProxyStep.await));
  // What a function that was given has promised.
  const isAwait = step === ProxyStep.await && program.length === 2;
  const isShow = (step === ProxyStep.text || step === ProxyStep.display) && program.length === 2;
  if ((isCall && isMade(subject, LentFunction)) || ((isShow || isAwait) && program[0] !== 0))
    return;
  throw new AccessDeniedError(
    'this worker may not use the JavaScript of its host, but for functions that it was given: `exposeJavaScript: true` in spawn() lets it do all that the host may',
  );
}
