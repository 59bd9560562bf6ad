import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TemplateKind } from './template-api.ts';

/** The build puts them beside the bundled CLI. */
const bundled = fileURLToPath(new URL('./templates', import.meta.url));
const sources = fileURLToPath(new URL('../../templates', import.meta.url));

const folders: { readonly [kind in TemplateKind]: string } = { project: 'projects', 'policy-pack': 'policy-packs' };

/** Where the templates are that come with Radiant. */
export function shippedFolder(kind: TemplateKind): string {
  return path.join(existsSync(bundled) ? bundled : sources, folders[kind]);
}

/** What Pulumi's repositories of templates call the likes of ours. */
const pulumiNames: { readonly [kind in TemplateKind]: ReadonlyMap<string, string> } = {
  project: new Map([['typescript', 'empty']]),
  'policy-pack': new Map([['kubernetes-typescript', 'kubernetes-policy-typescript']]),
};

/** The name of a template of ours, by whichever name it goes. */
export function shippedName(kind: TemplateKind, name: string): string {
  return pulumiNames[kind].get(name) ?? name;
}

/** npm packs no `.gitignore`: ours are named without the dot. */
export const packedNames: ReadonlyMap<string, string> = new Map([['gitignore', '.gitignore']]);
