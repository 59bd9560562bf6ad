/** What a provider finds wrong with inputs. */
export interface CheckFailure {
  /** Empty when the whole resource is meant. */
  readonly property: string;
  readonly reason: string;
}
