export { awsKmsKey } from './aws-kms.ts';
export { cloudType, createCloudManager, openCloudManager } from './cloud-manager.ts';
export { lockedManager } from './locked-manager.ts';
export {
  createPassphraseManager,
  lockedPassphraseManager,
  openPassphraseManager,
  type PassphraseManager,
  type PassphraseState,
  passphraseType,
} from './passphrase-manager.ts';
export { kindOfProvider, kindOfProviderName } from './provider-kind.ts';
export { type PassphraseSources, type ResolvedPassphrase, resolvePassphrase } from './resolve-passphrase.ts';
