import { Eshm, EshmError } from '../../lib/index.js';
const EVENTS = ['stale', 'recovered', 'reconnecting', 'disconnected', 'closed'];
/** Opens `name` and records its events; the caller closes it. */
export function openRecorded(name, options) {
    const endpoint = Eshm.open(name, options);
    const recording = { endpoint, events: [], reconnections: [] };
    for (const event of EVENTS)
        endpoint.on(event, () => recording.events.push(event));
    endpoint.on('reconnected', (reconnection) => {
        recording.events.push('reconnected');
        recording.reconnections.push(reconnection);
    });
    return recording;
}
/** The code that `act` is refused with, or `undefined` when it succeeds. */
export function codeOf(act) {
    try {
        act();
        return undefined;
    }
    catch (error) {
        if (error instanceof EshmError)
            return error.code;
        throw error;
    }
}
//# sourceMappingURL=recording.js.map