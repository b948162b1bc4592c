/**
 * The part of @nats-io/transport-node that a bridge uses. Declared here, because the package is optional, and its own
 * declarations do not hold under `exactOptionalPropertyTypes`.
 */

/** Headers of a message. */
export interface Headers {
  get(name: string): string;
  has(name: string): boolean;
  set(name: string, value: string): void;
}

/** A message as it came. */
export interface Message {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly reply?: string | undefined;
  readonly headers?: Headers | undefined;
}

/** A subscription, to be ended. */
export interface Subscription {
  unsubscribe(): void;
}

/** News of a connection. */
export type Status = { readonly type: 'error'; readonly error: Error } | { readonly type: 'other' };

/** A connection to a server, which makes itself anew where it breaks. */
export interface Connection {
  readonly info?: { readonly max_payload?: number } | undefined;
  publish(subject: string, data?: Uint8Array | string, options?: { headers?: Headers; reply?: string }): void;
  subscribe(
    subject: string,
    options: { callback: (error: Error | null, message: Message) => void },
  ): Subscription;
  flush(): Promise<void>;
  status(): AsyncIterable<Status>;
  getServer(): string;
  closed(): Promise<Error | undefined>;
  close(): Promise<void>;
}

/** The module. */
export interface Client {
  connect(options: object): Promise<Connection>;
  headers(): Headers;
  nkeyAuthenticator(seed: Uint8Array): unknown;
  credsAuthenticator(creds: Uint8Array): unknown;
}
