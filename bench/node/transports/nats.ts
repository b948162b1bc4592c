import type { Asker } from './transport.js';

/** The part of the client that is used here; it is loaded by name, because it is an optional peer. */
interface Nats {
  connect(options: { servers: string }): Promise<{
    request(subject: string, data: Uint8Array): Promise<unknown>;
    publish(subject: string, data: Uint8Array): void;
    flush(): Promise<void>;
    subscribe(subject: string, options: { callback: (error: unknown, message: Message) => void }): unknown;
    close(): Promise<void>;
  }>;
}

interface Message {
  readonly data: Uint8Array;
  respond(data: Uint8Array): boolean;
}

const CLIENT: string = '@nats-io/transport-node';
const SUBJECT = 'bench.echo';

/** Answers every request with its own bytes, over the server at `url`. */
export async function listen(url: string): Promise<void> {
  const nats = await ((await import(CLIENT)) as Nats).connect({ servers: url });
  nats.subscribe(SUBJECT, { callback: (_, message) => void message.respond(message.data) });
  await nats.flush();
}

/** Asks over the server at `url`. */
export async function connect(url: string): Promise<Asker> {
  const nats = await ((await import(CLIENT)) as Nats).connect({ servers: url });
  return {
    trip: async (message) => {
      await nats.request(SUBJECT, message);
    },
    flood: async (message, count) => {
      for (let i = 0; i < count; i++) {
        nats.publish('bench.flood', message);
        // As much as goes out in one piece; the server's answer keeps what waits here small.
        if (i % 1000 === 999) await nats.flush();
      }
      await nats.flush();
    },
    close: () => void nats.close(),
  };
}
