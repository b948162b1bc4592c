import type { Command } from 'commander';
/**
 * What all subcommands share: a usage error is one line, and a reader that closes the pipe ends the program without a
 * word. Comes before the subcommands, which inherit it.
 */
export declare function conventions(program: Command): void;
/**
 * Makes Ctrl-C, a kill and a closed terminal end the program in good order: endpoints are closed, so segments of this
 * process are removed. For commands that open one or draw on the screen.
 */
export declare function endOnSignals(): void;
