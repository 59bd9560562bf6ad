export { lockedManager } from './locked-manager.ts';
export {
  createPassphraseManager,
  lockedPassphraseManager,
  openPassphraseManager,
  type PassphraseManager,
  type PassphraseState,
  passphraseType,
} from './passphrase-manager.ts';
export { type PassphraseSources, type ResolvedPassphrase, resolvePassphrase } from './resolve-passphrase.ts';
