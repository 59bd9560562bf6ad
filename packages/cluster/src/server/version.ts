import { kubeRelease } from '../schema/kube-types.ts';

const [major, minor] = kubeRelease.split('.');

/** What /version answers: the Kubernetes release whose API is served. */
export const serverVersion = {
  major: major!,
  minor: minor!,
  emulationMajor: major!,
  emulationMinor: minor!,
  minCompatibilityMajor: major!,
  minCompatibilityMinor: String(Number(minor) - 1),
  gitVersion: `v${kubeRelease}.0+embedded`,
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: '',
  compiler: 'node',
  platform: 'linux/amd64',
} as const;

export const kubeletVersion = `v${kubeRelease}.0`;
