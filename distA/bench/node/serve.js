/** The line protocol of the Node drivers: one command per line on stdin, one answer line each on stdout. */
import { createInterface } from 'node:readline';
/**
 * Serves until `quit` or the end of stdin, one command after the other. What throws is answered with `error TEXT`.
 *
 * @param atEnd - lets go of what is still open
 */
export async function serve(commands, atEnd = () => { }) {
    for await (const line of createInterface({ input: process.stdin })) {
        const [command = '', ...words] = line.trim().split(/\s+/);
        if (command === 'quit')
            break;
        let answer;
        try {
            const act = commands[command];
            if (act === undefined)
                throw new Error(`unknown command ${command}`);
            answer = `ok ${(await act(...words)) ?? ''}`.trimEnd();
        }
        catch (error) {
            answer = `error ${String(error.message).split('\n')[0]}`;
        }
        process.stdout.write(`${answer}\n`);
    }
    atEnd();
    // Sockets, ports and IPC channels of a driver keep it alive; the last answer must be out before it goes.
    process.stdout.write('ok\n', () => process.exit(0));
}
/** `KEY=A,B,...`, as parseFigures() in drivers.ts reads it. */
export function figures(key, values) {
    return `${key}=${Array.from(values, (value) => value.toFixed(2)).join(',')}`;
}
/** Nanoseconds of CLOCK_MONOTONIC, the clock of the native driver too. */
export function nowNs() {
    return process.hrtime.bigint();
}
//# sourceMappingURL=serve.js.map