export interface LoadReport {
  readonly asked: number;
  /** How often a request was asked to come again. */
  readonly busy: number;
  /** By kind and status; 'none' = the connection ended without an answer. */
  readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly wrong: readonly { readonly name: string; readonly status: number | string; readonly said?: string }[];
  readonly speechless: readonly { readonly name: string; readonly status: number }[];
  readonly goodMs: readonly number[];
}

export const load: (options: {
  readonly port: number;
  /** Bytes of pictures that can be read. */
  readonly pictures: readonly Buffer[];
  readonly concurrency?: number;
  readonly seed?: number;
  readonly isOver: (asked: number) => boolean;
}) => Promise<LoadReport>;
