import { exitCodes, OperationError } from '@radiant/model';
import type { ImportSpec, Imports } from './import-api.ts';

/** Stands in a file that a preview has written for an id that only a person knows (Pulumi: buildImportFile). */
export const placeholderId = '<PLACEHOLDER>';

type Fields = Readonly<Record<string, unknown>>;

/** Reads a file of imports, as `pulumi import --file` takes it. Throws OperationError with the entry that is wrong. */
export function parseImportFile(text: string, source: string): Omit<Imports, 'protect'> {
  const file = fieldsOf(parse(text, source));
  if (file === undefined) throw invalid(source, 'it is not an object');
  const { nameTable = {}, resources } = file;
  const table = fieldsOf(nameTable);
  if (table === undefined || !Object.values(table).every((urn) => typeof urn === 'string'))
    throw invalid(source, '"nameTable" is not an object of names and URNs');
  if (!Array.isArray(resources)) throw invalid(source, '"resources" is not a list');
  return {
    nameTable: table as Imports['nameTable'],
    resources: resources.map((entry, index) => specOf(entry, `resources[${index}]`, source)),
  };
}

function specOf(entry: unknown, place: string, source: string): ImportSpec {
  const fields = fieldsOf(entry);
  if (fields === undefined) throw invalid(source, `${place} is not an object`);
  const text = (name: string): string | undefined => {
    const value = fields[name];
    if (value === undefined || typeof value === 'string') return value === '' ? undefined : value;
    throw invalid(source, `"${name}" of ${place} is not a text`);
  };
  const required = (name: string): string => {
    const value = text(name);
    if (value === undefined) throw invalid(source, `${place} has no "${name}"`);
    return value;
  };
  const isComponent = fields.component === true;
  if (fields.id === placeholderId)
    throw invalid(
      source,
      `${place} ("${String(fields.name)}") has a placeholder: put the id of what exists in its place`,
    );
  const optional = {
    logicalName: text('logicalName'),
    id: isComponent ? undefined : required('id'),
    parent: text('parent'),
    provider: text('provider'),
    version: text('version'),
    pluginDownloadUrl: text('pluginDownloadUrl'),
    properties: propertiesOf(fields.properties, place, source),
    parameterization: parameterOf(fields.parameterization, place, source),
  };
  const given = Object.entries(optional).filter(([, value]) => value !== undefined);
  return { type: required('type'), name: required('name'), ...Object.fromEntries(given) };
}

function propertiesOf(value: unknown, place: string, source: string): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.every((name) => typeof name === 'string')) return value;
  throw invalid(source, `"properties" of ${place} is not a list of texts`);
}

function parameterOf(value: unknown, place: string, source: string): ImportSpec['parameterization'] {
  if (value === undefined || value === null) return undefined;
  const { pluginName, pluginVersion, value: parameter } = fieldsOf(value) ?? {};
  const isVersion = pluginVersion === undefined || typeof pluginVersion === 'string';
  if (typeof pluginName === 'string' && isVersion && typeof parameter === 'string')
    return { pluginName, ...(pluginVersion !== undefined && { pluginVersion }), value: parameter };
  throw invalid(source, `"parameterization" of ${place} has no "pluginName", "pluginVersion" and "value"`);
}

function parse(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(source, (error as Error).message);
  }
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function invalid(source: string, why: string): OperationError {
  return new OperationError({
    code: 'IMPORT_FILE_INVALID',
    summary: `the import file ${source} cannot be used: ${why}`,
    remedy:
      'It is JSON: {"resources": [{"type": "kubernetes:core/v1:ConfigMap", "name": "settings", "id": "default/settings"}]}',
    exitCode: exitCodes.configuration,
  });
}
