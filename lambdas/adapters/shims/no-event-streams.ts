/** Replaces the SDK's event streams in the bundles, which use none (docs/adr/0010-bundles.md). */
export class EventStreamSerde {
  constructor() {
    throw new Error('Event streams are left out of the bundles.');
  }
}

export function eventStreamSerdeProvider(): never {
  throw new Error('Event streams are left out of the bundles.');
}
