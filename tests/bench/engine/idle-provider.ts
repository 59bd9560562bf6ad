import type { PropertyMap, Provider } from '@radiant/model';

/** A provider that does nothing, at once: what is left of an operation's time is the engine's own. */
export function idleProvider(): Provider {
  return {
    capabilities: { acceptsSecrets: true, acceptsResources: true, supportsPreview: true },
    checkConfig: async ({ newInputs }) => ({ inputs: newInputs, failures: [] }),
    diffConfig: async () => ({ kind: 'none' }),
    configure: async () => ({}),
    check: async ({ newInputs }) => ({ inputs: newInputs, failures: [] }),
    diff: async ({ oldInputs, newInputs }) =>
      oldInputs.round === newInputs.round
        ? { kind: 'none' }
        : { kind: 'some', replaceKeys: [], diffs: ['round'], deleteBeforeReplace: false },
    create: async ({ name, inputs }) => ({ id: name, outputs: withUid(name, inputs) }),
    update: async ({ id, newInputs }) => ({ outputs: withUid(id, newInputs) }),
    read: async ({ id, inputs, outputs }) => ({ id, inputs: inputs ?? {}, outputs: outputs ?? {} }),
    delete: async () => {},
    invoke: async () => ({ result: {}, failures: [] }),
    close: async () => {},
  };
}

function withUid(name: string, inputs: PropertyMap): PropertyMap {
  return { ...inputs, uid: `uid-of-${name}` };
}
