/**
 * Stands in for the SDK's event streams when the functions are bundled. No call of ours has one, and
 * that they are loaded late makes esbuild keep whole all that they share with the rest
 * (docs/adr/0010-bundles.md).
 */
export class EventStreamSerde {
  constructor() {
    throw new Error('Event streams are left out of the bundles.');
  }
}

export function eventStreamSerdeProvider(): never {
  throw new Error('Event streams are left out of the bundles.');
}
