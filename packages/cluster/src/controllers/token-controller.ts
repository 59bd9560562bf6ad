import { recordOf } from '../kinds/fields.ts';
import type { KubeObject } from '../kube-object.ts';
import type { StartController } from './controller.ts';
import { hex64 } from './kubelet/image.ts';
import { isDeleting, keyOf, parseKey } from './object-key.ts';
import { startWorkQueue } from './work-queue.ts';

const tokenType = 'kubernetes.io/service-account-token';
const nameAnnotation = 'kubernetes.io/service-account.name';
const uidAnnotation = 'kubernetes.io/service-account.uid';

/** Fills Secrets that are to hold the token of a ServiceAccount, and removes them with it. The token opens nothing. */
export const startTokenController: StartController = (context) => {
  const { client } = context;
  const queue = startWorkQueue(context, 'token', (key) => {
    const { namespace, name } = parseKey(key);
    const secret = client.get('Secret', namespace, name);
    if (secret?.type !== tokenType || isDeleting(secret)) return;
    const account = client.get('ServiceAccount', namespace, accountOf(secret));
    const knownUid = secret.metadata.annotations?.[uidAnnotation];
    if (account === undefined || (knownUid !== undefined && knownUid !== account.metadata.uid)) {
      client.delete('Secret', namespace, name);
      return;
    }
    const data = { 'ca.crt': context.caCertificate ?? '', namespace: namespace ?? '', token: simulatedToken(secret) };
    const encoded = Object.fromEntries(
      Object.entries(data).map(([field, text]) => [field, Buffer.from(text).toString('base64')]),
    );
    const missing = Object.keys(encoded).filter((field) => !Object.hasOwn(recordOf(secret.data), field));
    if (missing.length === 0 && knownUid !== undefined) return;
    const annotations = { ...secret.metadata.annotations, [uidAnnotation]: account.metadata.uid ?? '' };
    client.update({
      ...secret,
      metadata: { ...secret.metadata, annotations },
      data: { ...encoded, ...recordOf(secret.data) },
    });
  });
  const stops = [
    client.watch('Secret', ({ object }) => {
      if (object.type === tokenType) queue.add(keyOf(object));
    }),
    client.watch('ServiceAccount', ({ object }) => {
      const { namespace, name } = object.metadata;
      for (const secret of client.list('Secret', namespace === undefined ? {} : { namespace })) {
        if (secret.type === tokenType && accountOf(secret) === name) queue.add(keyOf(secret));
      }
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    queue.stop();
  };
};

function accountOf(secret: KubeObject): string {
  return secret.metadata.annotations?.[nameAnnotation] ?? '';
}

/** In the form of a JWT, without a signature. */
function simulatedToken(secret: KubeObject): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const { namespace } = secret.metadata;
  const claims = {
    iss: 'kubernetes/serviceaccount',
    sub: `system:serviceaccount:${namespace}:${accountOf(secret)}`,
    jti: hex64(secret.metadata.uid ?? '').slice(0, 32),
  };
  return `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.`;
}
