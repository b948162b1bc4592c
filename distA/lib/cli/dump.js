import { formatKey } from '../../syscalls/index.js';
import { coloursFor, paintState } from './colour.js';
import { formatAge, formatBytes, formatCount, formatMode } from './format.js';
import { showHealth, showSide } from './report.js';
import { userName } from './system.js';
import { clip } from './table.js';
import { hexDump, isReadable, showMessage } from './text.js';
const LABEL_WIDTH = 16;
const CELL_WIDTH = 20;
/**
 * A whole segment as lines: header, both channels side by side, the newest messages.
 *
 * @param title - what the user called it
 * @param rates - events per second; `undefined` when only one look was taken
 */
export function dumpChannel(title, channel, rates, limits) {
    const { stat, content, state } = channel;
    const { header, masterToSlave, slaveToMaster } = content;
    const colours = coloursFor(process.stdout);
    const health = (side, beats) => `${showSide(side)}, ${showHealth(side)}${beats === undefined ? '' : `, ${beats.toFixed(0)} beats/s`}`;
    return [
        `${colours.bold(title)}  ${paintState(state, state)}${stat.removed ? ' (removed, its key is free)' : ''}`,
        field('segment', `key ${formatKey(stat.key)} (${stat.key}), id ${stat.id}, ${formatBytes(stat.size)}`),
        field('access', `mode ${formatMode(stat.mode)}, owner ${userName(stat.uid)}, ${stat.attachments} attached, age ${formatAge(Date.now() / 1000 - stat.changedAtS)}`),
        field('header', `version ${header.version}, generation ${header.masterGeneration}, stale after ${header.staleThreshold} ms`),
        field('slot', `${formatCount(channel.dataSize.maxDataSize)} bytes${basisOf(channel)}`),
        field('master', `${health(channel.master, rates?.masterBeats)}, beat ${header.masterHeartbeat}`),
        field('slave', `${health(channel.slave, rates?.slaveBeats)}, beat ${header.slaveHeartbeat}`),
        '',
        columns('', 'master to slave', 'slave to master'),
        ...counterLines(masterToSlave, slaveToMaster, rates),
        '',
        ...messageLines('master to slave', masterToSlave, limits),
        ...messageLines('slave to master', slaveToMaster, limits),
    ];
}
function basisOf({ dataSize: { basis } }) {
    switch (basis) {
        case 'given':
            return ' (--max-data-size)';
        case 'counters':
            return ' or up to 7 less (from size and counters, see --help)';
        case 'assumed':
            return ' (from the segment size, see --help)';
    }
}
function counterLines(down, up, rates) {
    const perSecond = (rate) => (rate === undefined ? '-' : `${rate.toFixed(1)}/s`);
    const behind = ({ writeCount, readCount }) => formatCount(writeCount > readCount ? writeCount - readCount : 0n);
    const parity = ({ sequence }) => `${sequence} ${sequence % 2 === 0 ? 'even' : 'odd'}`;
    return [
        columns('written', formatCount(down.writeCount), formatCount(up.writeCount)),
        columns('  rate', perSecond(rates?.m2sWrites), perSecond(rates?.s2mWrites)),
        columns('read', formatCount(down.readCount), formatCount(up.readCount)),
        columns('  rate', perSecond(rates?.m2sReads), perSecond(rates?.s2mReads)),
        columns('not read', behind(down), behind(up)),
        columns('sequence', parity(down), parity(up)),
        columns('message', formatBytes(down.dataSize), formatBytes(up.dataSize)),
    ];
}
function field(label, text) {
    return `${label.padEnd(10)}${text}`;
}
function columns(label, left, right) {
    return `${label.padEnd(LABEL_WIDTH)}${left.padStart(CELL_WIDTH)}${right.padStart(CELL_WIDTH)}`;
}
/** The newest message of one direction: text where a person can read it, else a hex dump. */
function messageLines(title, channel, { width, rows }) {
    const { data, dataSize, sequence, writeCount } = channel;
    if (writeCount === 0n && sequence === 0)
        return [`${title}: nothing written yet`];
    const notes = [
        ...(sequence % 2 === 0 ? [] : [' (odd sequence: a write is under way, or its writer died in it)']),
        ...(dataSize > data.length ? [` (damaged: claims ${dataSize} bytes in a slot of ${data.length})`] : []),
    ].join('');
    const heading = `${title}, newest message, ${formatBytes(dataSize)}${notes}:`;
    if (data.length === 0)
        return [`${heading} empty`];
    const lines = isReadable(data) ? textLines(data, width - 2) : hexDump(data);
    const cut = lines.length > rows ? [`... ${formatCount(lines.length - rows)} more lines`] : [];
    return [heading, ...[...lines.slice(0, rows), ...cut].map((line) => `  ${clip(line, width - 2)}`)];
}
/** Safe text, broken into lines of `width`. */
function textLines(data, width) {
    const text = [...showMessage(data)];
    const columns = Math.max(1, Math.min(width, 76));
    return Array.from({ length: Math.ceil(text.length / columns) }, (_, row) => text.slice(row * columns, (row + 1) * columns).join(''));
}
//# sourceMappingURL=dump.js.map