type Leaf = string | number | boolean | null | undefined;

/** `T` unchanged when it survives JSON; otherwise a `never` appears where something would be lost. */
export type Plain<T> = T extends Leaf
  ? T
  : T extends
        | bigint
        | symbol
        | ((...args: never[]) => unknown)
        | Date
        | ReadonlyMap<never, never>
        | ReadonlySet<never>
        | ArrayBuffer
        | ArrayBufferView
    ? never
    : T extends readonly (infer E)[]
      ? readonly Plain<E>[]
      : T extends object
        ? { [K in keyof T]: Plain<T[K]> }
        : never;

/** The one exception to JSON: bytes of a picture that a person pasted or dropped, at most 25 MB. */
export interface ImageBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}
export const maxImageBytes = 25 * 1024 * 1024;
