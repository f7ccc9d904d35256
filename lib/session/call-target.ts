import { FrameKind } from '../wire/constants.gen.js';
import type { InterfaceDefinition, MethodDefinition } from './interface.js';

/** What a call is addressed to. Twin: python/ringsnake/_session/call_target.py. */
export interface CallTarget {
  readonly kind: FrameKind;
  readonly interfaceIndex: number;
  readonly methodIndex: number;
  readonly interfaceName: string;
  readonly method: MethodDefinition;
}

/** The methods of an interface that the peer serves. */
export function serviceTargets(
  definition: InterfaceDefinition,
  interfaceIndex: number,
): readonly CallTarget[] {
  return definition.methods.map((method, methodIndex) => ({
    kind: FrameKind.call,
    interfaceIndex,
    methodIndex,
    interfaceName: definition.name,
    method,
  }));
}
