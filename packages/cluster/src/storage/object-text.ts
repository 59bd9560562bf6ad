import type { KubeObject } from '../kube-object.ts';

const texts = new WeakMap<KubeObject, string>();

/** The object as JSON, `kind` and `apiVersion` first. Stored objects never change, so one text serves the file, every reply and every watch. */
export function objectText(object: KubeObject): string {
  const known = texts.get(object);
  if (known !== undefined) return known;
  const text = JSON.stringify(object);
  texts.set(object, text);
  return text;
}
