import { recordOf } from '../../kinds/fields.ts';
import { randomSuffix } from '../../kinds/safe-hash.ts';
import type { KubeObject } from '../../kube-object.ts';
import { controllerReference } from '../owners.ts';

/** A pod of a workload, named after it and five random characters. */
export function podFromTemplate(owner: KubeObject, template: unknown, random: () => number): KubeObject {
  const { metadata, spec } = recordOf(structuredClone(template));
  const generateName = podNamePrefix(owner.metadata.name);
  const { labels, annotations, finalizers } = recordOf(metadata);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${generateName}${randomSuffix(random)}`,
      generateName,
      ...(owner.metadata.namespace === undefined ? {} : { namespace: owner.metadata.namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [controllerReference(owner)],
    },
    spec,
  };
}

/** The API server keeps 58 characters of a generateName, so that five fit behind it. */
export function podNamePrefix(ownerName: string): string {
  return `${ownerName}-`.slice(0, 58);
}
