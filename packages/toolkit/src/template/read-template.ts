import { stat } from 'node:fs/promises';
import path from 'node:path';
import { OperationError } from '@radiant/model';
import { readTextFile } from '../json-file.ts';
import { mapAt, parseYamlMap, textAt } from '../project/yaml-file.ts';
import type { Template, TemplateConfig, TemplateKind } from './template-api.ts';

/** The files that make a folder a template of a kind; Pulumi reads the first alone. */
export const manifestNames: { readonly [kind in TemplateKind]: readonly string[] } = {
  project: ['Pulumi.yaml', 'Pulumi.yml'],
  'policy-pack': ['PulumiPolicy.yaml', 'PulumiPolicy.yml'],
};

/** The file that makes a folder a template; undefined when there is none. */
export async function manifestOf(kind: TemplateKind, dir: string): Promise<string | undefined> {
  for (const name of manifestNames[kind]) {
    const file = path.join(dir, name);
    if ((await stat(file).catch(() => undefined))?.isFile() === true) return file;
  }
  return undefined;
}

/** The template in a folder of `root`; undefined when there is none. A broken one says why. */
export async function readTemplate(kind: TemplateKind, dir: string, root: string): Promise<Template | undefined> {
  const file = await manifestOf(kind, dir);
  if (file === undefined) return undefined;
  const identity = { kind, name: path.basename(dir), dir, root };
  try {
    return { ...identity, problem: undefined, ...readManifest(file, (await readTextFile(file)) ?? '') };
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return { ...identity, ...nothingKnown, problem: error };
  }
}

type ManifestFacts = Omit<Template, 'kind' | 'name' | 'dir' | 'root' | 'problem'>;

const nothingKnown: ManifestFacts = {
  description: '',
  projectName: undefined,
  projectDescription: undefined,
  quickstart: undefined,
  config: [],
  backendUrl: undefined,
};

function readManifest(file: string, text: string): ManifestFacts {
  const yaml = parseYamlMap(file, text);
  const template = mapAt(file, yaml, 'template') ?? {};
  const backend = mapAt(file, yaml, 'backend') ?? {};
  const projectDescription = unlessPlaceholder(textAt(file, yaml, 'description'), '${DESCRIPTION}');
  return {
    description: textAt(file, template, 'description') ?? projectDescription ?? '',
    projectName: unlessPlaceholder(textAt(file, yaml, 'name'), '${PROJECT}'),
    projectDescription,
    quickstart: textAt(file, template, 'quickstart'),
    config: readConfig(file, mapAt(file, template, 'config') ?? {}),
    backendUrl: textAt(file, backend, 'url'),
  };
}

function unlessPlaceholder(text: string | undefined, placeholder: string): string | undefined {
  return text === undefined || text.trim() === '' || text.includes(placeholder) ? undefined : text;
}

function readConfig(file: string, config: Readonly<Record<string, unknown>>): readonly TemplateConfig[] {
  return Object.keys(config).map((key) => {
    const fields = mapAt(file, config, key) ?? {};
    return {
      key,
      description: textAt(file, fields, 'description'),
      default: scalarText(fields.default),
      isSecret: fields.secret === true,
    };
  });
}

/** `default: 3` means the text. */
function scalarText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}
