import manifest from '../package.json' with { type: 'json' };

/** The version of Pulumi's SDK protocol that this engine speaks; SDKs and scripts compare with it. */
export const pulumiVersion = '3.270.0';

/** As programs and `version` see it. The part after `+` is build metadata, which every SDK can parse. */
export const engineVersion = `${pulumiVersion}+radiant.${manifest.version}`;
