export interface SampleKey {
  readonly seed: number;
  readonly planted: Readonly<Record<'label-issue' | 'exact-duplicate' | 'label-conflict' | 'bad-image', string[]>>;
}
export declare const makeSample: (dir: string, seed: number, keyFile: string) => Promise<SampleKey>;
export declare const madeOnce: (place: string, make: (making: string) => Promise<void>) => Promise<void>;
