import type { PropertyMap } from '@radiant/model';
import type { Registration } from '../register/registration.ts';

/** A resource whose inputs have been checked. */
export interface Checked {
  readonly registration: Registration;
  /** Reference of the provider that is to serve it. */
  readonly provider: string;
  readonly inputs: PropertyMap;
}
