import type { KubeObject } from '../../kube-object.ts';
import type { PrinterColumn } from './printer-columns.ts';
import type { StructuralSchema } from './structural-schema.ts';

/** The parts of a CustomResourceDefinition that decide how its objects are served. */
export interface Definition {
  readonly name: string;
  readonly group: string;
  readonly isNamespaced: boolean;
  readonly names: {
    readonly kind: string;
    readonly plural: string;
    readonly singular: string;
    readonly shortNames: readonly string[];
    readonly categories: readonly string[];
  };
  readonly versions: readonly DefinitionVersion[];
}

export interface DefinitionVersion {
  readonly name: string;
  readonly isServed: boolean;
  readonly isStored: boolean;
  readonly schema: StructuralSchema;
  readonly columns: readonly PrinterColumn[] | undefined;
  readonly hasStatus: boolean;
  readonly scale: ScalePaths | undefined;
}

export interface ScalePaths {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}

/** Of a definition that has been validated. */
export function readDefinition(object: KubeObject): Definition {
  const { group, names, scope, versions } = object.spec;
  return {
    name: object.metadata.name,
    group,
    isNamespaced: scope === 'Namespaced',
    names: {
      kind: names.kind,
      plural: names.plural,
      singular: names.singular ?? names.kind.toLowerCase(),
      shortNames: names.shortNames ?? [],
      categories: names.categories ?? [],
    },
    // biome-ignore lint/suspicious/noExplicitAny: the versions of a definition, as validation has let them through.
    versions: versions.map((version: any) => ({
      name: version.name,
      isServed: version.served === true,
      isStored: version.storage === true,
      schema: version.schema?.openAPIV3Schema ?? {},
      columns: version.additionalPrinterColumns,
      hasStatus: version.subresources?.status !== undefined,
      scale: version.subresources?.scale,
    })),
  };
}
