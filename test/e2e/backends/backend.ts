/** A store that several writers keep the state of their stacks in. */
export interface StateBackend extends AsyncDisposable {
  /** What a writer's environment holds to use it. */
  environment: Record<string, string>;
  /** All that it stores, decoded. */
  contents(): Promise<string>;
  /** Its own credentials, which no output may show. */
  secrets: string[];
}
