/**
 * Stands in for `node:fs/promises` when the functions are bundled: only the SDK asks for it, to look
 * for configuration files that Lambda does not have (docs/adr/0010-bundles.md).
 */
export async function readFile(path: string): Promise<never> {
  throw new Error(`${path} is not read: the settings are in the environment.`);
}
