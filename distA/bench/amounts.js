const FULL = {
    rounds: 9,
    limitMs: 300_000,
    writes: 10_000,
    writeBatches: 100,
    trips: 100,
    tripBatches: 1000,
    timedTrips: 20_000,
    slowTrips: 500,
    pacedMessages: 1000,
    streamed: 100_000,
    idleMs: 2000,
    opens: 20,
};
const QUICK = {
    rounds: 5,
    limitMs: 40_000,
    writes: 10_000,
    writeBatches: 30,
    trips: 100,
    tripBatches: 200,
    timedTrips: 4000,
    slowTrips: 100,
    pacedMessages: 200,
    streamed: 10_000,
    idleMs: 500,
    opens: 8,
};
export function amounts(quick) {
    return quick ? QUICK : FULL;
}
//# sourceMappingURL=amounts.js.map