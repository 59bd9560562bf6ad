/** Name of the context, the cluster and the user in kubeconfigs of embedded clusters. */
export const contextName = 'embedded';

export interface KubeconfigParts {
  readonly port: number;
  readonly caPem: string;
  readonly token: string;
}

/** A kubeconfig, in YAML, for the cluster that listens on `port`. */
export function kubeconfigText({ port, caPem, token }: KubeconfigParts): string {
  return `apiVersion: v1
kind: Config
clusters:
- name: ${contextName}
  cluster:
    server: https://127.0.0.1:${port}
    certificate-authority-data: ${Buffer.from(caPem).toString('base64')}
users:
- name: ${contextName}
  user:
    token: ${token}
contexts:
- name: ${contextName}
  context:
    cluster: ${contextName}
    user: ${contextName}
    namespace: default
current-context: ${contextName}
preferences: {}
`;
}
