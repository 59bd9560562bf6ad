import type { KubeObject } from '../../kube-object.ts';
import type { RegistryContext } from '../context.ts';
import { deleteObject } from '../delete.ts';
import { updateObject } from '../update.ts';
import { servedVersions } from './custom-kind.ts';
import { readDefinition } from './definition.ts';
import { cleanupFinalizer } from './definition-kind.ts';

const options = { manager: 'kube-apiserver', dryRun: false };

/**
 * Serves what CustomResourceDefinitions define, from the write that makes one to the end of the last object when it is deleted. The
 * returned function stops it.
 */
export function serveDefinitions(context: RegistryContext): () => void {
  const definitions = context.table.resource('apiextensions.k8s.io', 'v1', 'customresourcedefinitions')!;
  const cleanups = new Map<string, () => void>();
  const stopCleanup = (name: string) => {
    cleanups.get(name)?.();
    cleanups.delete(name);
  };

  const stop = context.store.subscribeFromNow(definitions.collection, ({ type, object }) => {
    const { name } = object.metadata;
    if (type === 'DELETED') {
      stopCleanup(name);
      context.table.serve(name, []);
      return;
    }
    context.table.serve(name, servedVersions(readDefinition(object)));
    const isEnding =
      object.metadata.deletionTimestamp !== undefined && object.metadata.finalizers?.includes(cleanupFinalizer);
    if (isEnding && !cleanups.has(name)) {
      cleanups.set(name, () => {});
      cleanups.set(name, cleanUp(context, object));
    }
  });

  return () => {
    stop();
    for (const name of cleanups.keys()) stopCleanup(name);
  };

  /** Deletes every object of the definition; when none is left, so is the definition. */
  function cleanUp({ store, table }: RegistryContext, definition: KubeObject): () => void {
    const { group, names } = readDefinition(definition);
    const collection = `${group}/${names.plural}`;
    const resource = table.all().find((one) => one.collection === collection)?.stored;
    for (const object of resource === undefined ? [] : [...store.list(collection)]) {
      if (object.metadata.deletionTimestamp === undefined) deleteObject(context, resource!, object, {}, options);
    }
    const finishWhenEmpty = () => {
      const live = store.get(definitions.collection, definition.metadata.name);
      if (live === undefined || store.list(collection).length > 0) return;
      const finalizers = (live.metadata.finalizers ?? []).filter((finalizer) => finalizer !== cleanupFinalizer);
      updateObject(context, definitions, live, { ...live, metadata: { ...live.metadata, finalizers } }, '', options);
    };
    const stopWatching = store.subscribe(collection, finishWhenEmpty);
    finishWhenEmpty();
    return stopWatching;
  }
}
