export async function* mergeSorted<T>(
  sources: readonly AsyncGenerator<T, undefined>[],
  isBefore: (one: T, other: T) => boolean,
): AsyncGenerator<T, undefined> {
  const heads = await Promise.all(sources.map((source) => source.next()));
  for (;;) {
    const first = firstOf(heads, isBefore);
    const head = heads[first];
    if (head === undefined || head.done) return;
    yield head.value;
    heads[first] = (await sources[first]?.next()) ?? head;
  }
}

function firstOf<T>(heads: readonly IteratorResult<T, undefined>[], isBefore: (one: T, other: T) => boolean): number {
  let first = 0;
  heads.forEach((head, index) => {
    const best = heads[first];
    if (!head.done && (best?.done || (best && isBefore(head.value, best.value)))) first = index;
  });
  return first;
}
