import { once } from 'node:events';
import { connect as connectSocket, createServer } from 'node:net';
import type { Asker } from './transport.js';

/** Answers every byte on a TCP port of this machine. */
export async function listen(port: string): Promise<void> {
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('data', (data) => socket.write(data));
  });
  server.listen(Number(port), '127.0.0.1');
  await once(server, 'listening');
}

/** Asks over the port. */
export async function connect(port: string): Promise<Asker> {
  const socket = connectSocket(Number(port), '127.0.0.1').setNoDelay(true);
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
