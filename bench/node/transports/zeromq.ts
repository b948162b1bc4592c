import type { Asker } from './transport.js';

/** The part of zeromq that is used here: it is not among the dependencies, so its types may be missing. */
interface PairSocket extends AsyncIterable<Buffer[]> {
  bind(address: string): Promise<void>;
  connect(address: string): void;
  send(message: Buffer): Promise<void>;
  receive(): Promise<Buffer[]>;
  close(): void;
}

async function pair(): Promise<PairSocket> {
  const name = 'zeromq';
  const { Pair } = (await import(name)) as { Pair: new () => PairSocket };
  return new Pair();
}

/** Answers every message on an ipc:// address. */
export async function listen(path: string): Promise<void> {
  const socket = await pair();
  await socket.bind(`ipc://${path}`);
  void (async () => {
    for await (const [message] of socket) await socket.send(message!);
  })();
}

/** Asks over the ipc:// address. */
export async function connect(path: string): Promise<Asker> {
  const socket = await pair();
  socket.connect(`ipc://${path}`);
  return {
    trip: async (message) => {
      await socket.send(message);
      await socket.receive();
    },
    close: () => socket.close(),
  };
}
