export type Random = ReturnType<typeof randomFrom>;

/** The one source of chance in a simulated run: the same seed gives the same numbers. */
export function randomFrom(seed: number) {
  let state = seed >>> 0;

  /** From 0 up to, but not including, 1 (splitmix32). */
  function next(): number {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `from` to `to`, both included. */
  const between = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    between,
    chance: (probability: number) => next() < probability,
    pick: <T>(choices: readonly T[]): T => choices[between(0, choices.length - 1)]!,
  };
}
