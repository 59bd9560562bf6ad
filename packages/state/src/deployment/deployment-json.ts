/** The deployment format: how Pulumi writes a snapshot as JSON (Pulumi: sdk/go/common/apitype, versions 1 to 4). */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** Marks an object that stands for a value JSON has no form for; its value says which. */
export const signatureKey = '4dabf18193072939515e22adb298388d';

export const signatures = {
  secret: '1b47061264138c4ac30d75fd1eb44270',
  asset: 'c44067f5952c0a294b673a41bacd8c17',
  archive: '0def7320c3a5731c473e5ecbe6d01bc7',
  resourceReference: '5cf8f73096256a8f31e491e813e4eb8e',
  outputValue: 'd0e6a833031e9bbcd3f4e8bde6ca49a4',
  byteString: '803fd3297a5875dc03ca845dda5d2a98',
  /** NaN, the infinities and minus zero, as the 16 hexadecimal digits of the IEEE 754 double. */
  float: '8ad145fe-0d11-4827-bfd7-1abcbf086f5c',
} as const;

/** Written where a value was not known; also what a provider reference of a preview has for an id. */
export const unknownText = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

export const maskText = '[secret]';

/** What the fourth version may hold beyond the third. A file lists those it uses. */
export const knownFeatures = [
  'byteString',
  'extensionParameterization',
  'hooks',
  'refreshBeforeUpdate',
  'replaceWith',
  'snippets-prototype',
  'taint',
  'views',
] as const;

export type Feature = (typeof knownFeatures)[number];

export interface ManifestJson {
  /** RFC 3339. */
  readonly time: string;
  /** sha256 of `version` in hex. */
  readonly magic: string;
  /** Of the tool that wrote it. */
  readonly version: string;
}

export interface ResourceJson extends JsonObject {
  readonly urn: string;
  readonly custom: boolean;
  readonly type: string;
}

/** The third version's deployment; fields in the order Pulumi writes them. */
export interface DeploymentJson extends JsonObject {
  readonly manifest: JsonObject & ManifestJson;
  readonly secrets_providers?: JsonObject;
  readonly resources?: readonly ResourceJson[];
  readonly pending_operations?: readonly JsonObject[];
  readonly metadata: JsonObject;
}

/** What `stack export` prints. */
export interface ExportJson extends JsonObject {
  readonly version: number;
  readonly features?: readonly string[];
  readonly deployment: DeploymentJson;
}

/** What the file of a stack holds. */
export interface CheckpointJson extends JsonObject {
  readonly version: number;
  readonly features?: readonly string[];
  readonly checkpoint: JsonObject & { readonly stack: string; readonly latest: DeploymentJson };
}
