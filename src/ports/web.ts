import type { WebReply, WebRequest } from '../core/gather/provider.js';

/** Why a URL gave no file. Stable words: reports and retries branch on them. */
export type FetchFailure =
  | 'bad-url'
  | 'private-address'
  | 'redirected-too-often'
  | 'refused-redirect'
  | 'not-found'
  | 'refused'
  | 'rate-limited'
  | 'server-error'
  | 'timeout'
  | 'too-slow'
  | 'connection'
  | 'too-large'
  | 'encoded'
  | 'opted-out'
  | 'host-parked'
  | 'cut-short'
  | 'wrong-hash'
  | 'offline';

export type FetchOutcome =
  | {
      readonly ok: true;
      /** Absolute; lies in the folder that was named, under a temporary name. */
      readonly file: string;
      readonly bytes: number;
      /** Hex, of the bytes. */
      readonly sha256: string;
      readonly status: number;
      readonly finalUrl: string;
      readonly attempts: number;
    }
  | {
      readonly ok: false;
      readonly failure: FetchFailure;
      /** A sentence for a person. */
      readonly message: string;
      readonly status: number | null;
      readonly finalUrl: string;
      readonly bytes: number;
      readonly attempts: number;
    };

export interface DownloadRequest {
  readonly url: string;
  /** Absolute folder for the `.part` file. */
  readonly folder: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly maxBytes?: number;
  /** A pinned file: resumed by range from `file`, and refused when it differs. */
  readonly expect?: { readonly sha256: string; readonly bytes: number; readonly partial: string };
  readonly onBytes?: (bytes: number) => void;
}

export type ReplyOutcome =
  | { readonly ok: true; readonly reply: WebReply }
  | { readonly ok: false; readonly failure: FetchFailure; readonly message: string };

/** The product's only way to the network. Outcomes are values; throws only `cancelled`, `disk-full`, `read-only`. */
export interface Web {
  /** A small text (an API's page, ≤ 8 MB), any status after the retries that the status deserves. Secrets in the URL never reach a message. */
  get(request: WebRequest, signal?: AbortSignal): Promise<ReplyOutcome>;
  /** A file, politely: queues a host, retries with jitter, Retry-After, breaker. */
  download(request: DownloadRequest, signal?: AbortSignal): Promise<FetchOutcome>;
  dispose(): Promise<void>;
}
