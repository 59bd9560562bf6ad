import type { PackageDescription } from '@radiant/model';
import type { RegisterPackageRequest } from '../messages/resource-messages.ts';
import { RpcError, statusCodes } from '../rpc/unary-service.ts';
import { decodeChecksums } from './decode-options.ts';

/** The package that a program describes. Extensions of a package are not supported, and are refused. */
export function decodePackage(request: RegisterPackageRequest): PackageDescription {
  const { name, version, downloadUrl, checksums, parameterization, extension } = request;
  if (extension !== undefined)
    throw new RpcError(
      statusCodes.unimplemented,
      `the package "${name}" is used with an extension, which is not supported`,
    );
  return {
    name,
    version: version || undefined,
    downloadUrl: downloadUrl || undefined,
    checksums: decodeChecksums(checksums),
    parameterization:
      parameterization === undefined
        ? undefined
        : {
            name: parameterization.name,
            version: parameterization.version,
            value: Buffer.from(parameterization.value ?? []).toString('base64'),
          },
  };
}
