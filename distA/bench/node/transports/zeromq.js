async function pair() {
    const name = 'zeromq';
    const { Pair } = (await import(name));
    return new Pair();
}
/** Answers every message on an ipc:// address. */
export async function listen(path) {
    const socket = await pair();
    await socket.bind(`ipc://${path}`);
    void (async () => {
        for await (const [message] of socket)
            await socket.send(message);
    })();
}
/** Asks over the ipc:// address. */
export async function connect(path) {
    const socket = await pair();
    socket.connect(`ipc://${path}`);
    return {
        trip: async (message) => {
            await socket.send(message);
            await socket.receive();
        },
        close: () => socket.close(),
    };
}
//# sourceMappingURL=zeromq.js.map