import type { MonitorCallRequest, ResourceMonitor } from '@radiant/model';
import { CheckFailure } from '../messages/common-messages.ts';
import { CallResponse } from '../messages/provider-messages.ts';
import type { ResourceCallRequest } from '../messages/resource-messages.ts';
import { readProperties } from '../properties/read-properties.ts';
import { writeProperties } from '../properties/write-properties.ts';
import type { Decoding } from './decode-goal.ts';
import { decodeChecksums } from './decode-options.ts';
import { decodeUrnLists, encodeUrnLists } from './urn-lists.ts';

/** `ResourceMonitor.Call`: a method of a resource. */
export async function call(monitor: ResourceMonitor, request: ResourceCallRequest, { urns }: Decoding) {
  const asked: MonitorCallRequest = {
    token: request.token,
    args: readProperties(request.args, { outputs: 'keep' }),
    argDependencies: decodeUrnLists(request.argDependencies, urns, 'dependency'),
    provider: request.provider || undefined,
    version: request.version || undefined,
    pluginDownloadUrl: request.pluginDownloadUrl || undefined,
    pluginChecksums: decodeChecksums(request.pluginChecksums),
    packageRef: request.packageRef || undefined,
  };
  const { result, resultDependencies, failures } = await monitor.call(asked);
  return CallResponse.of({
    return: writeProperties(result),
    returnDependencies: encodeUrnLists(resultDependencies),
    failures: failures.map((failure) => CheckFailure.of(failure)),
  });
}
