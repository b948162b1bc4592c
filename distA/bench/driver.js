/**
 * A child process that does one scenario's work when told. Between two rounds it is stopped (SIGSTOP), so that no
 * heartbeat of one scenario disturbs another; nothing may be open then.
 */
export class Driver {
    #child;
    constructor(child) {
        this.#child = child;
    }
    /** Sends one command and gives its answer line; throws for `error ...`. */
    command(line) {
        return this.#child.command(line, 60_000);
    }
    /** Runs a command whose answer is `ok KEY=A,B,...` and gives the figures. */
    async figures(line) {
        return parseFigures(await this.command(line));
    }
    /** As {@link figures}, where there is one. */
    async figure(line) {
        return (await this.figures(line))[0];
    }
    pause() {
        this.#child.signal('SIGSTOP');
    }
    resume() {
        this.#child.signal('SIGCONT');
    }
    async quit() {
        this.resume();
        await this.#child.quit();
    }
}
/** The numbers of `ok KEY=A,B,...`. */
export function parseFigures(answer) {
    const [, list = ''] = answer.split('=');
    return list === '' ? [] : list.split(',').map(Number);
}
//# sourceMappingURL=driver.js.map