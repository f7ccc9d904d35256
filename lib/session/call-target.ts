import { FrameKind } from '../wire/constants.gen.js';
import type { InterfaceDefinition, MethodDefinition } from './interface.js';

/** What a call is addressed to. Twin: python/ringsnake/_session/call_target.py. */
export interface CallTarget {
  readonly kind: FrameKind;
  readonly interfaceIndex: number;
  readonly methodIndex: number;
  readonly interfaceName: string;
  readonly definition: InterfaceDefinition;
  readonly method: MethodDefinition;
}

/** The methods of an interface that the peer serves. */
export function serviceTargets(
  definition: InterfaceDefinition,
  interfaceIndex: number,
): readonly CallTarget[] {
  return definition.methods.map((method, index) => ({
    kind: FrameKind.call,
    interfaceIndex,
    methodIndex: method.peerIndex ?? index,
    interfaceName: definition.name,
    definition,
    method,
  }));
}

/** The methods of an object of the peer's. */
export function objectTargets(definition: InterfaceDefinition, id: number): readonly CallTarget[] {
  return targets(definition, FrameKind.callObject, id);
}

/** The methods of the object that an earlier call will give. */
export function resultTargets(
  definition: InterfaceDefinition,
  callId: number,
): readonly CallTarget[] {
  return targets(definition, FrameKind.callResult, callId);
}

function targets(
  definition: InterfaceDefinition,
  kind: FrameKind,
  id: number,
): readonly CallTarget[] {
  // The places of interface and method are those of method and object: one is 16 bits wide, the other 32.
  return definition.methods.map((method, index) => ({
    kind,
    interfaceIndex: method.peerIndex ?? index,
    methodIndex: id,
    method,
    interfaceName: definition.name,
    definition,
  }));
}
