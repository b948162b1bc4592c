import type { PeerProcess } from '../test/peers/peer-process.js';
/**
 * A child process that does one scenario's work when told. Between two rounds it is stopped (SIGSTOP), so that no
 * heartbeat of one scenario disturbs another; nothing may be open then.
 */
export declare class Driver {
    #private;
    constructor(child: PeerProcess);
    /** Sends one command and gives its answer line; throws for `error ...`. */
    command(line: string): Promise<string>;
    /** Runs a command whose answer is `ok KEY=A,B,...` and gives the figures. */
    figures(line: string): Promise<number[]>;
    /** As {@link figures}, where there is one. */
    figure(line: string): Promise<number>;
    pause(): void;
    resume(): void;
    quit(): Promise<void>;
}
/** The numbers of `ok KEY=A,B,...`. */
export declare function parseFigures(answer: string): number[];
