import { answerOn, askOver } from './socket.js';
import type { Asker } from './transport.js';

const host = '127.0.0.1';

/** Answers every byte on a TCP port of this machine. */
export const listen = (port: string): Promise<void> => answerOn({ port: Number(port), host });

/** Asks over the port. */
export const connect = (port: string): Promise<Asker> => askOver({ port: Number(port), host });
