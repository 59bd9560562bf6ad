import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { OperationError } from '@radiant/model';
import { isWithin } from './is-within.ts';
import { manifestNames } from './read-template.ts';
import { packedNames, shippedFolder } from './shipped-templates.ts';
import type { Template } from './template-api.ts';

/** A file of a template and where it goes. */
export interface TemplateFile {
  readonly source: string;
  /** Relative to the folder of the project. */
  readonly target: string;
  readonly sizeBytes: number;
  readonly isExecutable: boolean;
}

/** More than any template has, and less than a home folder that was named by mistake. */
const filesMax = 10_000;
const bytesMax = 256 * 1024 * 1024;

/** What is no source: what git, Pulumi's generators and package managers keep. Compared in lower case, as some disks do. */
const leftOut: ReadonlySet<string> = new Set([
  ...['.git', '.hg', '.bzr', 'node_modules'],
  ...['.pulumi.template.yaml', 'pulumi.yaml.append'],
]);

/**
 * The files of a template, its manifest last: only with it a folder is a project. Throws TEMPLATE_INVALID for what cannot
 * be copied, and for links that lead out of where the template came in.
 */
export async function listTemplateFiles(template: Template, projectName: string): Promise<readonly TemplateFile[]> {
  const root = await realpath(template.root);
  const isShipped = template.root === shippedFolder(template.kind);
  const files: TemplateFile[] = [];
  let bytes = 0;
  const walk = async (dir: string, below: string): Promise<void> => {
    const entries = await readdir(dir, { withFileTypes: true });
    if (entries.some(({ name }) => name === 'pyvenv.cfg')) return;
    for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
      const packed = isShipped ? (packedNames.get(entry.name) ?? entry.name) : entry.name;
      const name = packed.replaceAll('${PROJECT}', projectName);
      if (leftOut.has(name.toLowerCase())) continue;
      const source = path.join(dir, entry.name);
      const target = path.join(below, name);
      if (entry.isDirectory()) {
        await walk(source, target);
        continue;
      }
      const real = await realpath(source).catch(() => undefined);
      if (real === undefined || !isWithin(real, root))
        throw invalid(template, target, 'is a link that leads out of it');
      const info = await stat(real);
      if (!info.isFile()) throw invalid(template, target, 'is no file');
      bytes += info.size;
      files.push({ source: real, target, sizeBytes: info.size, isExecutable: (info.mode & 0o100) !== 0 });
      if (files.length > filesMax || bytes > bytesMax)
        throw invalid(
          template,
          target,
          `is beyond ${filesMax} files or ${bytesMax / 1024 / 1024} MiB: this is no template`,
        );
    }
  };
  await walk(template.dir, '');
  const isManifest = ({ target }: TemplateFile) => manifestNames[template.kind].includes(target);
  return [...files.filter((file) => !isManifest(file)), ...files.filter(isManifest)];
}

function invalid({ name }: Template, target: string, why: string): OperationError {
  return new OperationError({
    code: 'TEMPLATE_INVALID',
    summary: `the template '${name}' cannot be used: ${target} ${why}`,
  });
}
