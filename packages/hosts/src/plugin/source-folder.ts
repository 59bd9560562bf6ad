import type { InstallRequest } from '../install/install-step.ts';
import { sourceFolderInstallOptions } from '../python/source-folder.ts';
import { manifestFile, readManifest, type SourceKind } from './plugin-manifest.ts';

/** What a folder of sources says it is; undefined when it has neither a PulumiPlugin.yaml nor a PulumiPolicy.yaml. */
export function sourceKindOf(dir: string): SourceKind | undefined {
  return (['policy pack', 'plugin'] as const).find((kind) => manifestFile(kind, dir) !== undefined);
}

/** What installing the dependencies of such a folder takes. Throws OperationError for a broken manifest. */
export function sourceFolderRequest(
  kind: SourceKind,
  dir: string,
): Pick<InstallRequest, 'projectDir' | 'programDir' | 'runtime' | 'runtimeOptions'> {
  const { runtime, options } = readManifest(kind, dir);
  const runtimeOptions = runtime === 'python' ? sourceFolderInstallOptions(dir, options) : options;
  return { projectDir: dir, programDir: dir, runtime, runtimeOptions };
}
