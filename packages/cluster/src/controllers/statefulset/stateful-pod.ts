import { itemsOf, numberOf, recordOf, textOf } from '../../kinds/fields.ts';
import type { KubeObject } from '../../kube-object.ts';
import { controllerReference } from '../owners.ts';
import { hashOf, revisionLabel, templateOf } from '../revision-history.ts';

type Part = Record<string, unknown>;

/** The ordinal in a pod's name; undefined for a pod that is not named after the set. */
export function ordinalOf(set: KubeObject, pod: KubeObject): number | undefined {
  const prefix = `${set.metadata.name}-`;
  const digits = pod.metadata.name.startsWith(prefix) ? pod.metadata.name.slice(prefix.length) : '';
  return /^\d+$/.test(digits) ? Number(digits) : undefined;
}

export function startOrdinal(set: KubeObject): number {
  return numberOf(recordOf(set.spec?.ordinals).start);
}

export function claimName(template: Part, set: KubeObject, ordinal: number): string {
  return `${textOf(recordOf(template.metadata).name)}-${set.metadata.name}-${ordinal}`;
}

/** The claims a pod of this ordinal needs, as the set's templates describe them. */
export function claimsFor(set: KubeObject, ordinal: number): KubeObject[] {
  const keepsOwner = recordOf(set.spec?.persistentVolumeClaimRetentionPolicy).whenDeleted === 'Delete';
  const { namespace } = set.metadata;
  return itemsOf(set.spec?.volumeClaimTemplates).map((template) => {
    const { labels, annotations } = recordOf(template.metadata);
    return {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name: claimName(template, set, ordinal),
        ...(namespace === undefined ? {} : { namespace }),
        labels: { ...recordOf(labels), ...recordOf(set.spec?.selector?.matchLabels) } as Record<string, string>,
        ...(annotations === undefined ? {} : { annotations: annotations as Record<string, string> }),
        ...(keepsOwner ? { ownerReferences: [controllerReference(set)] } : {}),
      },
      spec: structuredClone(template.spec),
    };
  });
}

/** The pod of an ordinal, by the template of a revision: a name, a host name and claims of its own. */
export function statefulPod(set: KubeObject, revision: KubeObject, ordinal: number): KubeObject {
  const { metadata, spec } = structuredClone(templateOf(revision)) as { metadata: Part; spec: Part };
  const name = `${set.metadata.name}-${ordinal}`;
  const claims = itemsOf(set.spec?.volumeClaimTemplates).map((template) => ({
    name: textOf(recordOf(template.metadata).name),
    persistentVolumeClaim: { claimName: claimName(template, set, ordinal) },
  }));
  const own = itemsOf(spec.volumes).filter((volume) => claims.every((claim) => claim.name !== volume.name));
  const serviceName = textOf(set.spec?.serviceName);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      ...(set.metadata.namespace === undefined ? {} : { namespace: set.metadata.namespace }),
      labels: {
        ...(recordOf(metadata.labels) as Record<string, string>),
        [revisionLabel]: hashOf(revision),
        'statefulset.kubernetes.io/pod-name': name,
        'apps.kubernetes.io/pod-index': String(ordinal),
      },
      ...(metadata.annotations === undefined ? {} : { annotations: metadata.annotations as Record<string, string> }),
      ownerReferences: [controllerReference(set)],
    },
    spec: {
      ...spec,
      hostname: name,
      ...(serviceName === '' ? {} : { subdomain: serviceName }),
      ...(claims.length + own.length === 0 ? {} : { volumes: [...own, ...claims] }),
    },
  };
}
