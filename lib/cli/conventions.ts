import type { Command } from 'commander';

/** Exit code of a command that Ctrl-C ended, as shells have it. */
export const INTERRUPTED = 130;

/** Exit codes by signal. */
const EXIT_CODES = { SIGINT: INTERRUPTED, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * What all subcommands share: a usage error is one line, and so is output that cannot be written; a reader that closes
 * the pipe ends the program without a word. Comes before the subcommands, which inherit it.
 */
export function conventions(program: Command): void {
  endWithReader();
  program.configureOutput({
    outputError: (text, write) =>
      write(
        `${text
          .trim()
          .replace(/^error: /, 'eshm: ')
          .replaceAll(/\s*\n\s*/g, ' ')}\n`,
      ),
  });
}

/**
 * `eshm ls | head -1`: when nobody reads any more, the work is done; where the output goes nowhere for another reason,
 * one line says so. Open endpoints are closed on the way out.
 */
function endWithReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE' || error.code === 'EIO') process.exit();
      // A full disk, say. What is open is closed on the way out here too.
      if (stream === process.stdout)
        process.stderr.write(`eshm: Cannot write the output: ${error.message}\n`);
      process.exit(1);
    });
  }
}

/**
 * Makes Ctrl-C, a kill and a closed terminal end the program in good order: endpoints are closed, so segments of this
 * process are removed. For commands that open one or draw on the screen.
 */
export function endOnSignals(): void {
  for (const [signal, code] of Object.entries(EXIT_CODES)) process.once(signal, () => process.exit(code));
}
