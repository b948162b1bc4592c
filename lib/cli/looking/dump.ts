import type { DecodedChannel } from '../../../layout/index.js';
import { formatKey } from '../../../syscalls/index.js';
import { coloursFor, paintState } from '../printing/colour.js';
import { formatAge, formatBytes, formatCount, formatMode } from '../printing/format.js';
import { hexDump } from '../printing/hex.js';
import { plural, showHealth, showSide } from '../printing/report.js';
import { clip } from '../printing/table.js';
import { escapeText, isReadable, showMessage } from '../printing/text.js';
import { userName } from '../system.js';
import type { Channel, Side } from './inspect.js';
import type { ShmStat } from './objects.js';
import type { Rates } from './traffic.js';

/** How much of a message is shown. */
export interface DumpLimits {
  /** Columns of the terminal. */
  readonly width: number;
  /** Rows of a message's text or hex dump. */
  readonly rows: number;
  /** A message as fields, where it is known to be a record: shown in place of its bytes, all of them. */
  readonly show?: (message: Uint8Array) => readonly string[] | undefined;
  /** Why a message is none of the records that it was to be, if it is none; said below it. */
  readonly whyNone?: (message: Uint8Array) => string | undefined;
}

const LABEL_WIDTH = 16;
const CELL_WIDTH = 20;

/**
 * A whole segment or file as lines: header, both channels side by side, the newest messages.
 *
 * @param title - what the user called it
 * @param rates - events per second; `undefined` when only one look was taken
 */
export function dumpChannel(
  title: string,
  channel: Channel,
  rates: Rates | undefined,
  limits: DumpLimits,
): string[] {
  const { stat, content, state } = channel;
  const { header, masterToSlave, slaveToMaster } = content;
  const colours = coloursFor(process.stdout);
  const health = (side: Side, beats: number | undefined) =>
    `${showSide(side)}, ${showHealth(side)}${beats === undefined ? '' : `, ${beats.toFixed(0)} beats/s`}`;
  return [
    `${colours.bold(title)}  ${paintState(state, state)}${stat.removed ? ', removed' : ''}`,
    whereLine(stat),
    ...(stat.removed ? [field('removed', removedNote(stat))] : []),
    field(
      'access',
      `mode ${formatMode(stat.mode)}, owner ${userName(stat.uid)}, ${stat.attachments === undefined ? '' : `${stat.attachments} attached, `}age ${formatAge(Date.now() / 1000 - stat.changedAtS)}`,
    ),
    field(
      'header',
      `version ${header.version}, generation ${header.masterGeneration}, stale after ${header.staleThreshold} ms`,
    ),
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

/** Where it is, in the words of its kind. */
function whereLine({ key, path, id, size }: ShmStat): string {
  return path === undefined
    ? field('segment', `key ${formatKey(key!)} (${key}), id ${id}, ${formatBytes(size)}`)
    : field('file', `${escapeText(`${path}`)}, inode ${id}, ${formatBytes(size)}`);
}

/** What it means for a segment that it was removed. */
export function removedNote({ attachments = 0 }: ShmStat): string {
  return `its key is free and nobody finds it any more; it goes with the last of ${plural(attachments, 'attachment')}`;
}

function basisOf({ dataSize: { basis } }: Channel): string {
  switch (basis) {
    case 'given':
      return ' (--max-data-size)';
    case 'counters':
      return ' or up to 7 less (from size and counters, see --help)';
    case 'assumed':
      return ' (from the segment size, see --help)';
  }
}

function counterLines(down: DecodedChannel, up: DecodedChannel, rates: Rates | undefined): string[] {
  const perSecond = (rate: number | undefined) => (rate === undefined ? '-' : `${rate.toFixed(1)}/s`);
  const behind = ({ writeCount, readCount }: DecodedChannel) =>
    formatCount(writeCount > readCount ? writeCount - readCount : 0n);
  const parity = ({ sequence }: DecodedChannel) => `${sequence} ${sequence % 2 === 0 ? 'even' : 'odd'}`;
  return [
    columns('written', formatCount(down.writeCount), formatCount(up.writeCount)),
    columns('  rate', perSecond(rates?.m2sWrites), perSecond(rates?.s2mWrites)),
    columns('read', formatCount(down.readCount), formatCount(up.readCount)),
    columns('  rate', perSecond(rates?.m2sReads), perSecond(rates?.s2mReads)),
    columns('not read', behind(down), behind(up)),
    columns('sequence', parity(down), parity(up)),
  ];
}

function field(label: string, text: string): string {
  return `${label.padEnd(10)}${text}`;
}

function columns(label: string, left: string, right: string): string {
  return `${label.padEnd(LABEL_WIDTH)}${left.padStart(CELL_WIDTH)}${right.padStart(CELL_WIDTH)}`;
}

/** The newest message of one direction: text where a person can read it, else a hex dump. */
function messageLines(
  title: string,
  channel: DecodedChannel,
  { width, rows, show, whyNone }: DumpLimits,
): string[] {
  const { data, dataSize, sequence, writeCount } = channel;
  if (writeCount === 0n && sequence === 0) return [`${title}: nothing written yet`];
  const notes = [
    ...(sequence % 2 === 0 ? [] : [' (odd sequence: a write is under way, or its writer died in it)']),
    ...(dataSize > data.length ? [` (damaged: claims ${dataSize} bytes in a slot of ${data.length})`] : []),
  ].join('');
  const heading = `${title}, newest message, ${formatBytes(dataSize)}${notes}:`;
  if (data.length === 0) return [`${heading} empty`];
  const fields = show?.(data);
  if (fields !== undefined) return [heading, ...fields.map((one) => `  ${clip(one, width - 2)}`)];
  const lines = isReadable(data) ? textLines(data, width - 2) : hexDump(data);
  const cut = lines.length > rows ? [`... ${formatCount(lines.length - rows)} more lines`] : [];
  const why = whyNone?.(data);
  return [
    heading,
    ...[...lines.slice(0, rows), ...cut].map((line) => `  ${clip(line, width - 2)}`),
    ...(why === undefined ? [] : [`  ${escapeText(why)}`]),
  ];
}

/** Safe text, broken into lines of `width`. */
function textLines(data: Uint8Array, width: number): string[] {
  const text = [...showMessage(data)];
  const columns = Math.max(1, Math.min(width, 76));
  return Array.from({ length: Math.ceil(text.length / columns) }, (_, row) =>
    text.slice(row * columns, (row + 1) * columns).join(''),
  );
}
