import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { OperationError } from '@radiant/model';
import { readNodeOptions } from '../nodejs/options.ts';
import { findSdkFile } from '../nodejs/sdk.ts';
import { findPython } from '../python/python.ts';
import { sourceFolderOptions } from '../python/source-folder.ts';
import { readManifest } from './plugin-manifest.ts';
import type { PluginCommand } from './plugin-process.ts';

export interface PolicyPackContext {
  /** Of the engine service, which a pack gets as its first argument (engine reference 1.6). */
  readonly engineAddress: string;
  readonly env: NodeJS.ProcessEnv;
  /** What the place is relative to. */
  readonly root: string;
  /** What a pack may know of the stack, in the variables that its SDK reads. */
  readonly stack: {
    readonly organization: string;
    readonly project: string;
    readonly name: string;
    readonly isDryRun: boolean;
    /** Decrypted; keys `namespace:name`. */
    readonly config: { readonly [key: string]: string };
  };
}

export interface PolicyPackCommand extends PluginCommand {
  /** What its PulumiPolicy.yaml says, over what the pack says of itself. */
  readonly version?: string | undefined;
}

/**
 * How to start the policy pack in a folder, or one that is an executable. Throws OperationError when it is none, or
 * written for a runtime that cannot be run.
 */
export function policyPackCommand(place: string, context: PolicyPackContext): PolicyPackCommand {
  const { engineAddress, root } = context;
  const path = resolve(root, place);
  if (kindOf(path, place) === 'file')
    return { command: path, args: [engineAddress, '.'], cwd: root, env: variables(context, '') };
  const { runtime, options, version } = readManifest('policy pack', path);
  switch (runtime) {
    case 'nodejs': {
      const { nodeArguments, packageManager, typescript } = readNodeOptions(options);
      const runner = findSdkFile(path, 'cmd/run-policy-pack', packageManager);
      return {
        command: process.execPath,
        args: [...nodeArguments, runner, engineAddress, path],
        cwd: path,
        env: { ...variables(context, 'NODEJS_'), PULUMI_NODEJS_TYPESCRIPT: String(typescript) },
        version,
      };
    }
    case 'python': {
      const folder = { projectDir: path, programDir: path };
      const python = findPython(folder, sourceFolderOptions(path, options), variables(context, ''));
      return { ...python, args: ['-u', '-m', 'pulumi.policy', engineAddress, path], cwd: path, version };
    }
    default:
      throw new OperationError({
        code: 'POLICY_RUNTIME_UNSUPPORTED',
        summary: `the policy pack ${place} is written for the runtime '${runtime}', which cannot be run`,
        detail: 'Packs in Node.js (`runtime: nodejs`) and Python (`runtime: python`) can, and executables.',
      });
  }
}

function kindOf(path: string, place: string): 'file' | 'folder' {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined) return found.isDirectory() ? 'folder' : 'file';
  throw new OperationError({
    code: 'POLICY_PACK_NOT_FOUND',
    summary: `there is no policy pack at ${place}`,
    detail: `${path} does not exist.`,
    remedy: 'Name the folder that holds its PulumiPolicy.yaml:\n    --policy-pack <folder>',
  });
}

function variables({ env, stack }: PolicyPackContext, runtime: string): NodeJS.ProcessEnv {
  return {
    ...env,
    [`PULUMI_${runtime}ORGANIZATION`]: stack.organization,
    [`PULUMI_${runtime}PROJECT`]: stack.project,
    [`PULUMI_${runtime}STACK`]: stack.name,
    [`PULUMI_${runtime}DRY_RUN`]: String(stack.isDryRun),
    PULUMI_CONFIG: JSON.stringify(stack.config),
  };
}
