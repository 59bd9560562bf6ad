import { type Document, isMap, isScalar, visit } from 'yaml';
import { parseYamlDocument, writeYamlDocument } from '../project/yaml-file.ts';
import { type FilledIn, replacePlaceholders } from './fill-in.ts';
import type { TemplateKind } from './template-api.ts';

export interface ManifestEdit extends FilledIn {
  readonly kind: TemplateKind;
  readonly runtimeOptions: { readonly [option: string]: string };
  /** Whether the sources bring the lock file of a tool that keeps a Python environment of its own. */
  readonly hasPythonLock: boolean;
}

/**
 * The text of Pulumi.yaml, or of PulumiPolicy.yaml, of what is made of a template. Values are edited as YAML, so that a
 * description may hold anything.
 */
export function fillInManifest(file: string, text: string, edit: ManifestEdit): string {
  const document = parseYamlDocument(file, text);
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value !== 'string') return;
      const filled = replacePlaceholders(node.value, edit);
      if (filled !== node.value) Object.assign(node, { value: filled, type: undefined });
    },
  });
  if (edit.kind === 'project') {
    document.set('name', edit.name);
    if (edit.description === '') document.delete('description');
    else document.set('description', edit.description);
    document.delete('template');
  }
  setRuntimeOptions(document, edit);
  return writeYamlDocument(document, text);
}

function setRuntimeOptions(document: Document, { runtimeOptions, hasPythonLock }: ManifestEdit): void {
  const runtime = document.get('runtime', true);
  const name = isMap(runtime) ? runtime.get('name') : isScalar(runtime) ? runtime.value : undefined;
  const options = isMap(runtime) ? runtime.get('options') : undefined;
  const isSet = (option: string) => Object.hasOwn(runtimeOptions, option) || (isMap(options) && options.has(option));
  // Packages are not installed into a Python that others use.
  const needsEnvironment = name === 'python' && !hasPythonLock && !isSet('virtualenv') && !isSet('toolchain');
  const added = Object.entries({ ...(needsEnvironment && { virtualenv: 'venv' }), ...runtimeOptions });
  if (added.length === 0 || typeof name !== 'string') return;
  if (!isMap(runtime)) document.set('runtime', document.createNode({ name }));
  for (const [option, value] of added) document.setIn(['runtime', 'options', option], value);
}
