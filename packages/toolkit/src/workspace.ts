import os from 'node:os';
import path from 'node:path';
import { exitCodes, OperationError } from '@radiant/model';
import {
  type Backend,
  defaultRescueFolders,
  displayStoreUrl,
  formatStackRef,
  openBackendAt,
  parseStackRef,
  type StackRef,
} from '@radiant/state';
import type { Workspace, WorkspaceOptions } from './api.ts';
import { chooseBackendUrl, defaultBackendUrl } from './backend-url.ts';
import { createClusterControl } from './cluster-control.ts';
import { makeSealedStack } from './config/seal-new-stack.ts';
import { StackFile } from './config/stack-file.ts';
import { forgetLogin, readCredentials, rememberLogin } from './credentials.ts';
import { isOn, resolveHome, userHome } from './home.ts';
import { install } from './install.ts';
import { displayName, stacksWithTag, summarizeStacks } from './list-stacks.ts';
import { createPluginStore } from './plugin-store.ts';
import { findProjectFile, noProject, noProjectFile, stackFilePath, toProject } from './project/project-file.ts';
import { readSelectedStack, writeSelectedStack } from './project/workspace-settings.ts';
import { renameStackAndFile } from './rename-stack.ts';
import { openStackHandle, type StackHandle } from './stack.ts';
import type { StackContext } from './stack-context.ts';
import { resourceMove } from './state/move-resources.ts';
import { patienceOf } from './state/patience.ts';
import { createTemplateStore } from './template/template-store.ts';
import { engineVersion } from './version.ts';

/** Opens a place to work in. Files are read when they are needed, and at most once. */
export function openWorkspace(options: WorkspaceOptions): Workspace {
  const { cwd, env, interaction } = options;
  const home = resolveHome(env);
  const cluster = createClusterControl(home, env, options.relaunch, interaction.notice);
  const projectFile = once(async () => {
    const project = await findProjectFile(cwd);
    if (project === undefined || options.configFile === undefined) return project;
    return { ...project, stackConfigFile: path.resolve(cwd, options.configFile) };
  });
  const requireProject = async () => (await projectFile()) ?? fail(noProject(cwd));

  /** With its secrets, if it has any: for opening alone. */
  const storeUrl = async () => {
    const project = await projectFile();
    const { current } = await readCredentials(home.credentialsPath);
    return chooseBackendUrl(env, home, project?.backendUrl, current);
  };
  const backendUrl = async () => displayStoreUrl(await storeUrl());
  const openBackend = (url: string): Backend =>
    openBackendAt(url, {
      home: userHome(env),
      cwd,
      toolVersion: `v${engineVersion}`,
      rescueFolders: defaultRescueFolders(home.root, os.tmpdir()),
      patience: patienceOf(options),
      keepsBackups: ![env.PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS, env.PULUMI_DISABLE_CHECKPOINT_BACKUPS].some(
        isOn,
      ),
      packsNewStacks: [env.PULUMI_DIY_BACKEND_GZIP, env.PULUMI_SELF_MANAGED_STATE_GZIP].some(isOn),
    });
  const backend = once(async () => openBackend(await storeUrl()));
  const refOf = async (name: string): Promise<StackRef> => {
    const namesProject = name.split('/').length === 3;
    return parseStackRef(name, namesProject ? undefined : (await requireProject()).name);
  };

  const contextOf = async (ref: StackRef): Promise<StackContext> => ({
    ref,
    project: (await projectFile()) ?? noProjectFile(cwd),
    backend: await backend(),
    isDefaultStore: (await backendUrl()) === defaultBackendUrl(home),
    home,
    env,
    interaction,
    cluster,
  });
  const handle = async (ref: StackRef): Promise<StackHandle> => openStackHandle(await contextOf(ref));
  /** The ref of the stack named, else of the selected one. */
  const existing = async (name: string | undefined): Promise<StackRef> => {
    if (name === undefined) await requireProject();
    const chosen = name ?? (await selectedStack());
    if (chosen === undefined) throw noneSelected();
    const ref = await refOf(chosen);
    await (await backend()).requireStack(ref, chosen);
    return ref;
  };

  /** Full when it is of another project: a stack here may have the same name. */
  const nameHere = async (ref: StackRef) => displayName(ref, (await projectFile())?.name);
  /** What `stack select` chose here. */
  const storedSelection = async () => {
    const project = await projectFile();
    return project === undefined ? undefined : await readSelectedStack(home.root, project, await backendUrl());
  };
  /** PULUMI_STACK, which may say the full name, is for one shell or job; it comes before what is stored. */
  const selectedStack = async () => {
    const fromEnvironment = (await projectFile()) === undefined ? undefined : env.PULUMI_STACK;
    if (fromEnvironment === undefined || fromEnvironment === '') return await storedSelection();
    return await nameHere(await refOf(fromEnvironment));
  };
  const select = async (name: string | undefined) =>
    writeSelectedStack(home.root, await requireProject(), await backendUrl(), name);

  const workspace: Workspace = {
    home,
    cluster,
    install: (installOptions, listener) => install(cwd, env, installOptions, listener),
    plugins: createPluginStore(env, home, cwd),
    templates: createTemplateStore({
      cwd,
      env,
      mayAsk: interaction.isInteractive,
      notice: interaction.notice,
      // Of no project that the folder may lie in.
      async hasStacksOf(project, backendUrl) {
        const { current } = await readCredentials(home.credentialsPath);
        return (await openBackend(chooseBackendUrl(env, home, backendUrl, current)).listStacks(project)).length > 0;
      },
    }),
    project: async () => toProject(await requireProject()),
    projectIfAny: async () => {
      const project = await projectFile();
      return project === undefined ? undefined : toProject(project);
    },
    backendUrl,

    async login(url) {
      const chosen = url ?? chooseBackendUrl(env, home, (await projectFile())?.backendUrl, undefined);
      await openBackend(chosen).listStacks();
      await rememberLogin(home.credentialsPath, chosen);
      return { url: displayStoreUrl(chosen), user: userName() };
    },
    async logout({ all, url } = {}) {
      return { url: await forgetLogin(home.credentialsPath, all === true ? 'all' : url) };
    },
    async whoAmI() {
      return { user: userName(), organizations: [], url: await backendUrl() };
    },

    async listStacks({ all = false, project: wanted, tag } = {}) {
      const project = wanted ?? (all ? undefined : (await projectFile())?.name);
      const store = await backend();
      const refs = await stacksWithTag(store, await store.listStacks(project), tag);
      const current = { project: (await projectFile())?.name, stack: await selectedStack() };
      return await summarizeStacks(store, refs, current);
    },

    async createStack(name, { select: isSelected = true, secretsProvider } = {}) {
      const ref = await refOf(name);
      const store = await backend();
      if (await store.stackExists(ref)) throw alreadyExists(ref);
      const { name: project } = await requireProject();
      if (ref.project !== project) throw otherProject(ref, project);
      await makeSealedStack(await contextOf(ref), secretsProvider);
      if (isSelected) await select(ref.stack);
      return await handle(ref);
    },

    openStack: async (name) => await handle(await existing(name)),
    async findStack(name) {
      const ref = await existing(name);
      return { name: ref.stack, fullName: formatStackRef(ref) };
    },
    async openOrCreateStack(name, options) {
      const ref = await refOf(name);
      return (await (await backend()).stackExists(ref))
        ? await handle(ref)
        : await workspace.createStack(name, options);
    },
    async selectStack(name) {
      const ref = await refOf(name);
      await (await backend()).requireStack(ref, name);
      await select(await nameHere(ref));
    },
    selectedStack,
    unselectStack: () => select(undefined),

    async removeStack(name, { force = false, preserveConfig = false } = {}) {
      const ref = await refOf(name);
      const store = await backend();
      await store.removeStack(ref, { force });
      // Outside of any project a full name is enough.
      const project = await projectFile();
      if (project === undefined) return;
      if (!preserveConfig && ref.project === project.name) await StackFile.remove(stackFilePath(project, ref.stack));
      if ((await storedSelection()) === (await nameHere(ref))) await select(undefined);
    },

    async upgradeStore(projectOf) {
      const upgrade = await (await backend()).upgrade(projectOf);
      return upgrade === undefined ? undefined : { ...upgrade, moved: upgrade.moved.map(formatStackRef) };
    },

    async renameStack(name, newName) {
      const from = await existing(name);
      const to = parseStackRef(newName, from.project);
      const context = await contextOf(from);
      await renameStackAndFile(context, to);
      if (to.project === context.project.name) await select(to.stack);
      else if ((await storedSelection()) === (await nameHere(from))) await select(undefined);
      return { from: displayName(from, context.project.name), to: displayName(to, context.project.name) };
    },

    async moveResources({ source, destination }) {
      const [from, to] = [await existing(source), await existing(destination)];
      return resourceMove(await contextOf(from), await contextOf(to));
    },

    async copyConfig({ from, to, key, path: isPath = false }) {
      const [source, target] = [await handle(await existing(from)), await handle(await existing(to))];
      if (source.fullName === target.fullName)
        throw new OperationError({
          code: 'CONFIG_COPY_SAME',
          summary: 'current stack and destination stack are the same',
          remedy: 'Name another with --dest.',
        });
      await target.config.place(await source.config.placements(key, { path: isPath }));
    },
  };

  return workspace;
}

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    // A container may run as a user that nobody named.
    return String(process.getuid?.() ?? 'unknown');
  }
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}

function fail(error: OperationError): never {
  throw error;
}

function noneSelected(): OperationError {
  return new OperationError({
    code: 'STACK_NOT_SELECTED',
    summary: 'no stack selected; please use `pulumi stack select` or `pulumi stack init` to choose one',
    remedy: 'Or name it:\n    radiant --stack <name> ...',
    exitCode: exitCodes.stackNotFound,
  });
}

function otherProject({ stack, project }: StackRef, here: string): OperationError {
  return new OperationError({
    code: 'STACK_PROJECT_MISMATCH',
    summary: `could not create stack: provided project name "${project}" doesn't match Pulumi.yaml`,
    remedy: `Make it in a folder of that project, or make one of project '${here}':\n    radiant stack init ${stack}`,
  });
}

function alreadyExists({ stack }: StackRef): OperationError {
  return new OperationError({
    code: 'STACK_EXISTS',
    summary: `could not create stack: stack '${stack}' already exists`,
    remedy: `Select it:\n    radiant stack select ${stack}`,
  });
}
