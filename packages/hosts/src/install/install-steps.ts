import { nodejsInstallSteps } from '../nodejs/install.ts';
import { pythonInstallSteps } from '../python/install.ts';
import type { InstallRequest, InstallStep } from './install-step.ts';

type Installer = (request: InstallRequest) => readonly InstallStep[];

const installers: { readonly [runtime: string]: Installer } = {
  nodejs: nodejsInstallSteps,
  python: pythonInstallSteps,
};

/**
 * The commands that install what sources need, in their order; none when they need nothing. Undefined for a runtime whose
 * tools are not known here. Throws OperationError for a tool that is missing, or an option of the wrong type.
 */
export function installSteps(request: InstallRequest): readonly InstallStep[] | undefined {
  return Object.hasOwn(installers, request.runtime) ? installers[request.runtime]!(request) : undefined;
}
