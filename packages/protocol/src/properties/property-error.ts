import { formatPropertyPath, type PropertyPath } from '@radiant/model';

/** A property that cannot cross the wire; `path` says which. */
export class PropertyError extends Error {
  override readonly name = 'PropertyError';
  readonly path: PropertyPath;
  readonly reason: string;

  constructor(path: PropertyPath, reason: string) {
    super(path.length === 0 ? reason : `property "${formatPropertyPath(path)}": ${reason}`);
    this.path = path;
    this.reason = reason;
  }
}
