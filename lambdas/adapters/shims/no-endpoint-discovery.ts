/**
 * Stands in for the DynamoDB client's discovery of endpoints when the functions are bundled: it is off
 * unless asked for, and brings a cache of its own (docs/adr/0010-bundles.md).
 */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: () => false,
  configFileSelector: () => false,
  default: false,
};

export function resolveEndpointDiscoveryConfig<Config>(config: Config): Config {
  return config;
}
