/**
 * Replaces the SDK's event streams in the bundles. We use none, and because the SDK imports them
 * dynamically, esbuild keeps everything they share with other modules (docs/adr/0010-bundles.md).
 */
export class EventStreamSerde {
  constructor() {
    throw new Error('Event streams are left out of the bundles.');
  }
}

export function eventStreamSerdeProvider(): never {
  throw new Error('Event streams are left out of the bundles.');
}
