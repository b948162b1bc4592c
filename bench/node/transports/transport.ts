/** The asking end of a transport. */
export interface Asker {
  /** Sends `message` and resolves when an answer of the same size is here. */
  trip(message: Buffer): Promise<void>;
  /** Sends `message` so many times and waits for no answer to any; resolves when all are out. Few transports have it. */
  flood?(message: Buffer, count: number): Promise<void>;
  close(): void;
}

/** How one transport is set up. */
export interface Transport {
  listen(path: string): Promise<void>;
  connect(path: string): Promise<Asker>;
}
