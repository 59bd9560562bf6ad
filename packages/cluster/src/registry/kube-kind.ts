import type { KubeObject } from '../kube-object.ts';

/** What distinguishes one kind from another: its names, and the rules the API server applies to its objects. */
export interface KubeKind {
  /** '' for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The plural, lower-case name in URLs: `deployments`. */
  readonly resource: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  /** kubectl's `all`, for instance. */
  readonly categories: readonly string[];
  readonly isNamespaced: boolean;
  readonly subresources: readonly KubeSubresource[];
  readonly columns: readonly TableColumn[];
  /** Whether changes of spec raise metadata.generation. */
  readonly hasGeneration: boolean;
  /** Fills in what the API server fills in. Changes `object` in place; runs on create, and on the result of every update. */
  readonly applyDefaults?: (object: KubeObject) => void;
  /** What the server sets or clears when an object is made (clusterIP, nodePorts, status...), beyond defaults. In place. */
  readonly prepareCreate?: (object: KubeObject, context: AdmissionContext) => void;
  /** Carries over what a client may not or need not say (clusterIP...). `object` in place. */
  readonly prepareUpdate?: (object: KubeObject, old: KubeObject, context: AdmissionContext) => void;
  /** Field errors in the API server's own words. `old` is there on update: immutability belongs here too. */
  readonly validate?: (object: KubeObject, old: KubeObject | undefined) => FieldError[];
  /**
   * How many seconds a deleted object stays, marked, until its keeper deletes it with 0 (a Pod and its kubelet). 0, as without this
   * rule: removed at once, unless metadata.finalizers hold it.
   */
  readonly gracePeriodSeconds?: (object: KubeObject, requestedSeconds: number | undefined) => number;
  /** Whether a deleted object must stay, marked, though metadata.finalizers is empty (a Namespace's spec.finalizers). */
  readonly isHeld?: (object: KubeObject) => boolean;
  /** Set when this version is another way to say what is stored as another kind (autoscaling/v1 HPA, events.k8s.io Event). */
  readonly storedAs?: StoredAs;
}

/** Where objects of a second version live, and how they travel. Both functions return a new object, apiVersion and kind included. */
export interface StoredAs {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly toStored: (object: KubeObject) => KubeObject;
  readonly fromStored: (stored: KubeObject) => KubeObject;
}

export type KubeSubresource = 'status' | 'scale';

export interface FieldError {
  /** `spec.template.spec.containers[0].image` */
  readonly field: string;
  readonly reason:
    | 'FieldValueRequired'
    | 'FieldValueInvalid'
    | 'FieldValueNotSupported'
    | 'FieldValueForbidden'
    | 'FieldValueDuplicate'
    | 'FieldValueTooLong'
    | 'FieldValueTooMany'
    | 'FieldValueNotFound';
  /** `Required value`, `Invalid value: "x": field is immutable`, ... as the API server prints it after the field. */
  readonly detail: string;
}

/** What admission may look at: the rest of the cluster, read-only. */
export interface AdmissionContext {
  list(kind: KubeKind, namespace?: string): readonly KubeObject[];
  find(group: string, kind: string): KubeKind | undefined;
  nowMs(): number;
}

export interface TableColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date' | 'boolean' | 'number';
  readonly format?: string;
  readonly description?: string;
  /** 0 is always shown, 1 only by `-o wide`. */
  readonly priority: 0 | 1;
  readonly value: (object: KubeObject, nowMs: number) => string | number | boolean | null;
}
