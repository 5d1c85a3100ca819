/** `.ci/run` tests all there is. `npm test` takes a share of what chance or number makes long. */
export const isThorough = process.env.THOROUGH === 'yes';

/** How often to try what chance decides. */
export function runs(thorough: number): number {
  return isThorough ? thorough : Math.ceil(thorough / 4);
}
