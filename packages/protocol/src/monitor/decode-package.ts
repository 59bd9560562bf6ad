import { type PackageDescription, setOwn } from '@radiant/model';
import type { RegisterPackageRequest } from '../messages/resource-messages.ts';
import { RpcError, statusCodes } from '../rpc/unary-service.ts';

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
    checksums: checksums.size === 0 ? undefined : hexChecksums(checksums),
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

/** By platform; in hex. */
export function hexChecksums(checksums: ReadonlyMap<string, Uint8Array>): { readonly [platform: string]: string } {
  const result: Record<string, string> = {};
  for (const [platform, bytes] of checksums) setOwn(result, platform, Buffer.from(bytes).toString('hex'));
  return result;
}
