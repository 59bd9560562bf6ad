import type { FieldError } from '../../registry/kube-kind.ts';
import { isRecord, itemsOf, recordOf, textOf } from '../fields.ts';
import { parseQuantity, quantityPattern } from '../quantity.ts';
import { duplicate, forbidden, invalidForEach, invalidValue, required } from '../validation/field-error.ts';
import { rfc1123Label } from '../validation/names.ts';

export interface ValidatedVolumes {
  readonly errors: readonly FieldError[];
  /** The volumes that containers may mount. */
  readonly names: ReadonlySet<string>;
}

/** The fields that a source cannot be without. A dot leads into it. */
const requiredBySource: Record<string, readonly string[]> = {
  secret: ['secretName'],
  configMap: ['name'],
  persistentVolumeClaim: ['claimName'],
  hostPath: ['path'],
  nfs: ['server', 'path'],
  csi: ['driver'],
  gitRepo: ['repository'],
  awsElasticBlockStore: ['volumeID'],
  gcePersistentDisk: ['pdName'],
  iscsi: ['targetPortal', 'iqn'],
  glusterfs: ['endpoints', 'path'],
  rbd: ['monitors', 'image'],
  cephfs: ['monitors'],
  flexVolume: ['driver'],
  azureFile: ['secretName', 'shareName'],
  azureDisk: ['diskName', 'diskURI'],
  vsphereVolume: ['volumePath'],
  ephemeral: ['volumeClaimTemplate'],
};

export function validateVolumes(field: string, volumes: unknown): ValidatedVolumes {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  itemsOf(volumes).forEach((volume, at) => {
    const place = `${field}[${at}]`;
    const name = textOf(volume.name);
    const faults = validateSource(place, volume);
    if (name === '') faults.push(required(`${place}.name`));
    else faults.push(...invalidForEach(`${place}.name`, name, rfc1123Label(name)));
    if (names.has(name)) faults.push(duplicate(`${place}.name`, name));
    if (faults.length === 0) names.add(name);
    errors.push(...faults);
  });
  return { errors, names };
}

function validateSource(field: string, volume: Record<string, unknown>): FieldError[] {
  const sources = Object.keys(volume).filter((key) => key !== 'name' && isRecord(volume[key]));
  if (sources.length === 0) return [required(field, 'must specify a volume type')];
  const [source = '', ...others] = sources;
  return [
    ...others.map((other) => forbidden(`${field}.${other}`, 'may not specify more than 1 volume type')),
    ...validateOne(`${field}.${source}`, source, recordOf(volume[source])),
  ];
}

function validateOne(field: string, source: string, content: Record<string, unknown>): FieldError[] {
  const errors = (requiredBySource[source] ?? [])
    .filter((name) => isMissing(content[name]))
    .map((name) => required(`${field}.${name}`));
  const mode = content.defaultMode;
  if (typeof mode === 'number' && (mode < 0 || mode > 0o777)) {
    const detail = 'must be a number between 0 and 0777 (octal), both inclusive';
    errors.push(invalidValue(`${field}.defaultMode`, mode, detail));
  }
  if (source === 'secret' || source === 'configMap') errors.push(...validateItems(`${field}.items`, content.items));
  if (source === 'emptyDir' && content.sizeLimit !== undefined && parseQuantity(content.sizeLimit) === undefined) {
    const detail = `quantities must match the regular expression '${quantityPattern}'`;
    errors.push(invalidValue(`${field}.sizeLimit`, content.sizeLimit, detail));
  }
  return errors;
}

function validateItems(field: string, items: unknown): FieldError[] {
  return itemsOf(items).flatMap((item, at) => {
    const errors = ['key', 'path']
      .filter((name) => isMissing(item[name]))
      .map((name) => required(`${field}[${at}].${name}`));
    const path = textOf(item.path);
    if (path.startsWith('/')) errors.push(invalidValue(`${field}[${at}].path`, path, 'must be a relative path'));
    if (path.split('/').includes('..'))
      errors.push(invalidValue(`${field}[${at}].path`, path, "must not contain '..'"));
    return errors;
  });
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
