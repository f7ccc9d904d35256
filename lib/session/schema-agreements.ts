import type { FrameChannel } from '../channel/frame-channel.js';
import { ProtocolError, SchemaMismatchError, UnknownInterfaceError } from '../errors.js';
import { incompatibilities } from '../schema/compatibility.js';
import { differenceText } from '../schema/difference.js';
import type { Schema } from '../schema/model.js';
import { SchemaProblem } from '../schema/problem.js';
import { readSchema } from '../schema/read-schema.js';
import { FrameKind, SCHEMAS_MAX } from '../wire/constants.gen.js';
import { type FrameHeader, frameHeader } from '../wire/frame.js';
import { AdaptedInterface } from './adapted-interface.js';
import type { Callee } from './callee.js';
import type { InterfaceDefinition } from './interface.js';
import { errorToWire } from './remote-error.js';
import { type ServedInterface, schemaDifference } from './served-interface.js';

/** One of ours, and where the peer has it. */
interface Agreed {
  readonly definition: InterfaceDefinition;
  readonly interfaceIndex: number;
}

/**
 * What the two sides of a session have found out about interfaces of different schemas. Normative: spec/wire/schema.md §5. Threads: the session's.
 * Twin: python/ringsnake/_session/schema_agreements.py.
 */
export class SchemaAgreements {
  readonly #channel: FrameChannel;
  /** Those that we call. */
  readonly #called = new Map<InterfaceDefinition, Agreed>();
  #nextIndex = 0;
  #received = 0;

  constructor(channel: FrameChannel) {
    this.#channel = channel;
  }

  /** Called once: so many interfaces the peer serves. */
  introduce(count: number): void {
    this.#nextIndex = count;
  }

  /** One of ours, as the peer that serves another is called. Throws SchemaMismatchError when it cannot be. */
  calling(
    definition: InterfaceDefinition,
    served: ServedInterface,
    interfaceIndex: number,
  ): Agreed {
    const known = this.#called.get(definition);
    if (known !== undefined) return known;
    const adapted = adapt(definition.schema, served.schema, { role: 'client', name: served.name });
    const agreed = { definition: adapted.definition(definition), interfaceIndex: this.#nextIndex };
    const header = { interfaceIndex, methodIndex: this.#nextIndex };
    const writer = this.#channel.begin(frameHeader(FrameKind.schema, header));
    writer.writeValue([definition.schema]);
    this.#channel.commit();
    this.#channel.flushSoon();
    this.#nextIndex++;
    this.#called.set(definition, agreed);
    return agreed;
  }

  /** The peer will call one of our services with another schema, and waits for the answer if its frame has a number. */
  receive(
    { callId, interfaceIndex, methodIndex }: FrameHeader,
    value: unknown,
    callee: Callee,
  ): void {
    let error: Error | undefined;
    try {
      this.#accept({ interfaceIndex, as: methodIndex }, value, callee);
    } catch (thrown) {
      if (thrown instanceof ProtocolError) throw thrown;
      error = thrown as Error;
    }
    if (callId === 0) {
      if (error === undefined) return;
      throw new ProtocolError(`the peer told a schema in vain: ${error.message}`, { cause: error });
    }
    const kind = error === undefined ? FrameKind.result : FrameKind.error;
    const writer = this.#channel.begin(frameHeader(kind, { callId }));
    writer.writeValue(error === undefined ? null : errorToWire(error));
    this.#channel.commit();
    this.#channel.flushSoon();
  }

  #accept(
    { interfaceIndex, as }: { interfaceIndex: number; as: number },
    value: unknown,
    callee: Callee,
  ): void {
    const service = callee.service(interfaceIndex);
    const [text] = Array.isArray(value) ? (value as unknown[]) : [];
    if (service === undefined || typeof text !== 'string')
      throw new UnknownInterfaceError(`interface ${interfaceIndex} is not served here`);
    if (++this.#received > SCHEMAS_MAX)
      throw new ProtocolError(`the peer has told more than ${SCHEMAS_MAX} schemas`);
    const { definition, implementation } = service;
    const { name, schema } = definition;
    const adapted = adapt(schema, text, { role: 'server', name });
    const added = callee.add(as, { definition: adapted.definition(definition), implementation });
    if (!added) throw new ProtocolError(`the peer gave its schema of ${name} the number ${as}`);
  }
}

/** Throws SchemaMismatchError. */
function adapt(
  ours: string,
  theirs: string,
  { role, name }: { readonly role: 'client' | 'server'; readonly name: string },
): AdaptedInterface {
  let schemas: { readonly ours: Schema; readonly theirs: Schema };
  let difference: string;
  try {
    schemas = { ours: readSchema(ours), theirs: readSchema(theirs) };
    const [client, server] =
      role === 'client' ? [schemas.ours, schemas.theirs] : [schemas.theirs, schemas.ours];
    const findings = incompatibilities(client, server);
    if (findings.length === 0) return new AdaptedInterface(schemas.ours, schemas.theirs);
    difference = differenceText(findings);
  } catch (error) {
    if (!(error instanceof SchemaProblem)) throw error;
    difference = `${schemaDifference(ours, theirs)}\n(they cannot be compared: ${error.message})`;
  }
  throw new SchemaMismatchError(
    `${name} differs between the two sides so that they cannot work together: run \`ringsnake gen\` for both from the same file (- here, + there)\n${difference}`,
    difference,
  );
}
