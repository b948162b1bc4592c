import { writeFileSync } from 'node:fs';

const fd = process.env.ESHM_PEER_FD;

/**
 * Says a line to whoever drives this program: on the descriptor that ESHM_PEER_FD names, else on stdout. See
 * cpp/voice.hpp. The line is out when this returns.
 */
export function say(line: string): void {
  if (fd === undefined) process.stdout.write(`${line}\n`);
  else writeFileSync(Number(fd), `${line}\n`);
}
