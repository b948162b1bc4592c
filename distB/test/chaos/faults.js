import { setTimeout as sleep } from 'node:timers/promises';
import { nowNs } from './side.js';
/** What can happen to a channel. */
export const FAULTS = [
    'kill master',
    'kill slave',
    'stop master',
    'stop slave',
    'death at step 1',
    'death at step 2',
    'death at step 3',
    'death at step 4',
    'death at step 5',
    'death at step 6',
    'remove segment',
    'block event loop',
];
const ms = (ns) => Number(ns) / 1e6;
/** Does `kind` to `channel` and waits until messages go both ways again. */
export async function inflict(kind, channel, random) {
    const role = roleFor(kind, channel, random);
    switch (kind) {
        case 'kill master':
        case 'kill slave':
            await channel.side(role).kill();
            return restarted(kind, channel, role, random);
        case 'stop master':
        case 'stop slave':
            return stopped(kind, channel, role, random);
        case 'remove segment':
            return removed(kind, channel, random);
        case 'block event loop':
            return blocked(kind, channel, role, random);
        default:
            await channel.side(role).dieInWrite(Number(kind.slice(-1)));
            return restarted(kind, channel, role, random);
    }
}
function roleFor(kind, channel, random) {
    const fixed = /master|slave/.exec(kind)?.[0];
    if (fixed !== undefined)
        return fixed;
    const roles = ['master', 'slave'];
    const able = roles.filter((role) => channel.languages[role] === 'typescript');
    return random.pick(kind === 'block event loop' ? able : roles);
}
async function restarted(kind, channel, role, random) {
    // Sometimes before the other side has noticed, sometimes well after.
    await sleep(random.integer(0, 2 * channel.settings.thresholdMs));
    const side = await channel.start(role);
    return incident(kind, channel, role, side.spawnedNs, side);
}
async function stopped(kind, channel, role, random) {
    const side = channel.side(role);
    side.signal('SIGSTOP');
    await sleep(channel.settings.thresholdMs + random.integer(30, 250));
    const sinceNs = nowNs();
    side.signal('SIGCONT');
    return incident(kind, channel, role, sinceNs);
}
async function removed(kind, channel, random) {
    channel.removeSegment();
    // Those who are attached go on in it.
    if ((await channel.flows(nowNs())) === undefined)
        return incident(kind, channel, 'master', nowNs());
    await channel.side('master').kill();
    return restarted(kind, channel, 'master', random);
}
async function blocked(kind, channel, role, random) {
    const [side, other] = [channel.side(role), channel.side(role === 'master' ? 'slave' : 'master')];
    const staleBefore = other.staleNs.length;
    side.unblockedNs = undefined;
    side.tell(`block ${channel.settings.thresholdMs * random.integer(2, 6)}`);
    const sinceNs = await channel.unblocked(side);
    return { ...(await incident(kind, channel, role, sinceNs)), noticed: other.staleNs.length > staleBefore };
}
async function incident(kind, channel, role, sinceNs, started) {
    const atNs = await channel.flows(sinceNs);
    const { thresholdMs, retryMs } = channel.settings;
    const startMs = started === undefined ? 0 : ms((started.openedNs ?? nowNs()) - started.spawnedNs);
    return {
        kind,
        pairing: channel.pairing,
        role,
        recoveryMs: atNs === undefined ? undefined : ms(atNs - sinceNs),
        startMs,
        boundMs: thresholdMs + 2 * retryMs + startMs,
        lagMs: 0,
        noticed: false,
    };
}
//# sourceMappingURL=faults.js.map