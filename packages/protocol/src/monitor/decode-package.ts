import type { PackageDescription, Parameterization } from '@radiant/model';
import type { RegisterPackageRequest } from '../messages/resource-messages.ts';
import { RpcError, statusCodes } from '../rpc/unary-service.ts';
import { decodeChecksums } from './decode-options.ts';

/** The package that a program describes. Throws RpcError for one without a name. */
export function decodePackage(request: RegisterPackageRequest): PackageDescription {
  const { name, version, downloadUrl, checksums, parameterization, extension } = request;
  if (name === '') throw new RpcError(statusCodes.invalidArgument, 'package name is empty');
  return {
    name,
    version: version || undefined,
    downloadUrl: downloadUrl || undefined,
    checksums: decodeChecksums(checksums),
    parameterization: decodeParameterization(parameterization),
    extension: decodeParameterization(extension),
  };
}

function decodeParameterization(message: RegisterPackageRequest['extension']): Parameterization | undefined {
  if (message === undefined) return undefined;
  const { name, version, value } = message;
  return { name, version, value: Buffer.from(value ?? []).toString('base64') };
}
