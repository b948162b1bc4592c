/** The line protocol of the Node drivers: one command per line on stdin, one answer line each by `say`. */
import { createInterface } from 'node:readline';
import { say } from '../../test/peers/typescript/voice.js';

/** Carries out one command; gives what follows `ok` in the answer. */
export type Command = (...words: string[]) => string | Promise<string> | undefined;

/**
 * Serves until `quit` or the end of stdin, one command after the other. What throws is answered with `error TEXT`.
 *
 * @param atEnd - lets go of what is still open
 */
export async function serve(
  commands: Record<string, Command>,
  atEnd: () => void | Promise<void> = () => {},
): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const [command = '', ...words] = line.trim().split(/\s+/);
    if (command === 'quit') break;
    let answer: string;
    try {
      const act = commands[command];
      if (act === undefined) throw new Error(`unknown command ${command}`);
      answer = `ok ${(await act(...words)) ?? ''}`.trimEnd();
    } catch (error) {
      answer = `error ${String((error as Error).message).split('\n')[0]}`;
    }
    say(answer);
  }
  await atEnd();
  say('ok');
  // Sockets, ports and IPC channels of a driver keep it alive.
  process.exit(0);
}

/** `KEY=A,B,...`, as parseFigures() in drivers.ts reads it. */
export function figures(key: string, values: ArrayLike<number>): string {
  return `${key}=${Array.from(values, (value) => value.toFixed(2)).join(',')}`;
}

/** Nanoseconds of CLOCK_MONOTONIC, the clock of the native driver too. */
export function nowNs(): bigint {
  return process.hrtime.bigint();
}
