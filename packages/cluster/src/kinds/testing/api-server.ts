import { ApiError } from '../../api-error.ts';
import { createCluster } from '../../cluster.ts';
import type { KubeObject } from '../../kube-object.ts';
import { builtinKinds } from '../index.ts';

export interface TestApiServer {
  /** The object as the API server stores it. */
  create(object: KubeObject): KubeObject;
  /** Changes a stored object and writes it. */
  change(object: KubeObject, edit: (object: KubeObject) => void): KubeObject;
  /** The message with which creating the object is refused. */
  refusal(object: KubeObject): string;
  changeRefusal(object: KubeObject, edit: (object: KubeObject) => void): string;
}

/** An API server alone: objects as its kinds make them, with nothing acting on them. */
export function apiServer(): TestApiServer {
  const { client } = createCluster({
    controllers: false,
    clock: { nowMs: () => Date.UTC(2030, 0, 1), after: () => () => {} },
  });
  const change: TestApiServer['change'] = (object, edit) => {
    const edited = structuredClone(object);
    edit(edited);
    return client.update(edited);
  };
  return {
    create: (object) => client.create(object),
    change,
    refusal: (object) => messageOf(() => client.create(object)),
    changeRefusal: (object, edit) => messageOf(() => change(object, edit)),
  };
}

/** The cells of an object's row as `kubectl get -o wide` shows them, by column. */
export function row(object: KubeObject, nowMs = Date.UTC(2030, 0, 1)): Record<string, unknown> {
  const [group, version] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : ['', object.apiVersion];
  const kind = builtinKinds.find((one) => one.group === group && one.version === version && one.kind === object.kind);
  if (kind === undefined) throw new Error(`no kind ${object.apiVersion} ${object.kind}`);
  return Object.fromEntries(kind.columns.map((column) => [column.name, column.value(object, nowMs)]));
}

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}
