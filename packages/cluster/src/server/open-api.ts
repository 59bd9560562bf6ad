import type { KindTable } from '../registry/kind-table.ts';
import type { KubeRequest, KubeResponse } from './http-messages.ts';

export function openApi(
  _table: KindTable,
  _segments: readonly string[],
  _request: KubeRequest,
): KubeResponse | undefined {
  return undefined;
}
