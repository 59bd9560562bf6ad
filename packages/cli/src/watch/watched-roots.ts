import { existsSync } from 'node:fs';
import path from 'node:path';
import type { OperationOptions, Project } from '@radiant/toolkit';
import type { Given } from '../args/given.ts';

/** What is watched: what `--path` names, else the folder of the project and what else an update reads. */
export function watchedRoots(
  given: Given,
  cwd: string,
  project: Pick<Project, 'dir'>,
  { policyPacks = [] }: OperationOptions,
): readonly string[] {
  const paths = given.values('path');
  if (paths.length > 0) return paths.map((each) => path.resolve(cwd, each));
  const read = [given.value('config-file'), ...policyPacks.flatMap(({ place, configFile }) => [place, configFile])];
  const others = read.flatMap((each) => (each === undefined ? [] : [path.resolve(cwd, each)]));
  return [project.dir, ...others.filter((each) => existsSync(each) && !isWithin(each, project.dir))];
}

function isWithin(file: string, dir: string): boolean {
  const relative = path.relative(dir, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
