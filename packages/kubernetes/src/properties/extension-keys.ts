/** The schema extensions that programs spell with underscores, because a dash is no part of a name (Pulumi: SDK naming). */
const extensions = [
  'embedded_resource',
  'int_or_string',
  'list_map_keys',
  'list_type',
  'map_type',
  'preserve_unknown_fields',
  'validations',
];

const toServer = new Map(
  extensions.map((name) => [`x_kubernetes_${name}`, `x-kubernetes-${name.replaceAll('_', '-')}`]),
);
const toProgram = new Map([...toServer].map(([program, server]) => [server, program]));

export function toServerKey(key: string): string {
  return key.startsWith('x_kubernetes_') ? (toServer.get(key) ?? key) : key;
}

export function toProgramKey(key: string): string {
  return key.startsWith('x-kubernetes-') ? (toProgram.get(key) ?? key) : key;
}
