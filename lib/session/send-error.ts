import type { FrameChannel } from '../channel/frame-channel.js';
import { EncodeError } from '../errors.js';
import type { FrameKind } from '../wire/constants.gen.js';
import { frameHeader } from '../wire/frame.js';
import type { TypeRegistry } from '../wire/values/type-registry.js';
import type { Exposure } from './exposure.js';
import type { ErrorDefinition } from './interface.js';
import { errorToWire, shortened, type WireError, withoutDetails } from './remote-error.js';

/** Sends what was thrown, in a frame of that kind. Whoever waits must hear something: what cannot cross of it is left out. Twin: python/ringsnake/_session/send_error.py. */
export function sendError(
  channel: FrameChannel,
  frame: {
    readonly kind: FrameKind;
    readonly callId: number;
    readonly types?: TypeRegistry | undefined;
    /** The errors that the method declares. */
    readonly throws?: readonly ErrorDefinition[] | undefined;
    readonly exposure?: Exposure | undefined;
    readonly previews?: boolean | undefined;
  },
  thrown: unknown,
): void {
  const { kind, callId, types } = frame;
  const send = (error: WireError): void => {
    const writer = channel.begin(frameHeader(kind, { callId }));
    try {
      writer.writeValue(error, types && { types });
    } catch (problem) {
      channel.abort();
      throw problem;
    }
    channel.commit();
  };
  const { throws, exposure, previews } = frame;
  const error = errorToWire(thrown, { throws, exposure, previews });
  try {
    send(error);
  } catch (problem) {
    try {
      if (!(problem instanceof EncodeError)) throw problem;
      send(withoutDetails(error, problem.message));
    } catch {
      // Larger than the ring carries; this fits into any.
      send(shortened(error));
    }
  }
}
