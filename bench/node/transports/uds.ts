import { answerOn, askOver } from './socket.js';
import type { Asker } from './transport.js';

/** Answers every byte on a Unix domain socket. */
export const listen = (path: string): Promise<void> => answerOn({ path });

/** Asks over the socket at `path`. */
export const connect = (path: string): Promise<Asker> => askOver({ path });
