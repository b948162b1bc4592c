import { once } from 'node:events';
import { connect, createServer, type NetConnectOpts } from 'node:net';
import type { Asker } from './transport.js';

/** Where a socket is: a path, or a port of this machine. Nagle's algorithm is off, where there is one. */
export type Place =
  | Extract<NetConnectOpts, { path: string }>
  | { readonly port: number; readonly host: string };

/** Answers every byte on a socket. */
export async function answerOn(place: Place): Promise<void> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('data', (data) => socket.write(data));
  });
  server.listen(place);
  await once(server, 'listening');
}

/** Asks over the socket. */
export async function askOver(place: Place): Promise<Asker> {
  const socket = connect({ ...place, noDelay: true });
  await once(socket, 'connect');
  let left = 0;
  let done: () => void = () => {};
  socket.on('data', (data) => {
    left -= data.length;
    if (left <= 0) done();
  });
  return {
    trip: (message) =>
      new Promise((resolve) => {
        left = message.length;
        done = resolve;
        socket.write(message);
      }),
    close: () => socket.destroy(),
  };
}
