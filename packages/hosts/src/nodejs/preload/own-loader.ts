const loaderOption = /^(--import|--loader|--experimental-loader|--require|-r)(=|$)/;

/** Whether something of the program's own decides how its files are loaded: `--import tsx`, say. */
export function bringsLoader(nodeArguments: readonly string[], env: NodeJS.ProcessEnv): boolean {
  return [...nodeArguments, ...(env.NODE_OPTIONS ?? '').split(/\s+/)].some((option) => loaderOption.test(option));
}

/** ts-node has settings in the environment that are its own to read. */
export function configuresTsNode(env: NodeJS.ProcessEnv): boolean {
  return Object.keys(env).some((name) => name.startsWith('TS_NODE_'));
}
