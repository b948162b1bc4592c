import { once } from 'node:events';
import { connect as connectSocket, createServer } from 'node:net';
import type { Asker } from './transport.js';

/** Answers every byte on a Unix domain socket. */
export async function listen(path: string): Promise<void> {
  const server = createServer((socket) => {
    socket.on('data', (data) => socket.write(data));
  });
  server.listen(path);
  await once(server, 'listening');
}

/** Asks over the socket at `path`. */
export async function connect(path: string): Promise<Asker> {
  const socket = connectSocket(path);
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
