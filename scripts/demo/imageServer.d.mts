export interface ImageServer {
  readonly base: string;
  /** `host:port` */
  readonly host: string;
  /** Paths with their queries, in the order they were asked for. */
  readonly requests: string[];
  close(): Promise<void>;
}
export const startImageServer: (
  folder: string,
  queries: Readonly<Record<string, string>>,
  options?: { readonly delayMs?: number },
) => Promise<ImageServer>;
