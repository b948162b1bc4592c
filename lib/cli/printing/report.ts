import { formatKey } from '../../../syscalls/index.js';
import type { AnyRecord } from '../../record/index.js';
import { toJson as itemsToJson } from '../items/json.js';
import { itemsIn } from '../items/show.js';
import { type Finding, isChannel, type Side } from '../looking/inspect.js';
import { recordOf } from '../records/json.js';
import { processName, userName } from '../system.js';
import { toJsonNumber } from './format.js';
import { overwritten, plural, print, terminalWidth, warn } from './out.js';
import { escapeText, showMessage } from './text.js';

export { overwritten, plural, print, terminalWidth, warn };

/** An event as a line of JSON, for scripts. */
export function printEvent(event: string, details: object): void {
  print(JSON.stringify({ time: new Date().toISOString(), event, ...details }));
}

/** What is said where there is no channel. */
export const NOTHING = 'No ESHM segments or files.';

/** `1234 node`, `1234 (gone)`, `-` for none. */
export function showSide({ pid, process: name }: Pick<Side, 'pid' | 'process'>): string {
  return pid === 0 ? '-' : `${pid} ${name ?? '(gone)'}`;
}

/** As {@link showSide}, of a process id. */
export function showProcess(pid: number): string {
  return showSide({ pid, process: processName(pid) });
}

/** Whether a side's heart beats, in a word. */
export function showHealth({ beating, flagged, pid }: Side): string {
  if (beating) return 'beating';
  if (flagged) return 'stale';
  return pid === 0 ? 'never started' : 'left';
}

/**
 * A finding for `--json`: plain data, counters as numbers while they are exact.
 *
 * @param records - those of `--as`: a message of the size of one has it decoded, as `record`
 */
export function toJson(finding: Finding, records: readonly AnyRecord[] = []): Record<string, unknown> {
  const { stat, state } = finding;
  const base = {
    shm: stat.shm,
    key: stat.key ?? null,
    keyHex: stat.key === undefined ? null : formatKey(stat.key),
    file: stat.path === undefined ? null : escapeText(`${stat.path}`),
    id: stat.id,
    size: stat.size,
    mode: stat.mode,
    owner: userName(stat.uid),
    uid: stat.uid,
    gid: stat.gid,
    attachments: stat.attachments ?? null,
    removed: stat.removed,
    changedAtS: stat.changedAtS,
    state,
  };
  if (!isChannel(finding)) return { ...base, reason: escapeText(finding.reason) };
  const { header, masterToSlave, slaveToMaster } = finding.content;
  return {
    ...base,
    maxDataSize: finding.dataSize.maxDataSize,
    maxDataSizeBasis: finding.dataSize.basis,
    version: header.version,
    staleThresholdMs: header.staleThreshold,
    generation: header.masterGeneration,
    master: sideToJson(finding.master, header.masterHeartbeat),
    slave: sideToJson(finding.slave, header.slaveHeartbeat),
    masterToSlave: channelToJson(masterToSlave, records),
    slaveToMaster: channelToJson(slaveToMaster, records),
  };
}

function sideToJson(side: Side, heartbeat: bigint) {
  return {
    pid: side.pid,
    process: side.process ?? null,
    alive: side.flagged,
    beating: side.beating,
    heartbeat: toJsonNumber(heartbeat),
  };
}

function channelToJson(
  channel: {
    sequence: number;
    dataSize: number;
    writeCount: bigint;
    readCount: bigint;
    data: Uint8Array;
  },
  records: readonly AnyRecord[],
) {
  const record = recordOf(channel.data, records);
  const items = itemsIn(channel.data);
  return {
    sequence: channel.sequence,
    stable: channel.sequence % 2 === 0,
    damaged: channel.dataSize > channel.data.length,
    dataSize: channel.dataSize,
    writeCount: toJsonNumber(channel.writeCount),
    readCount: toJsonNumber(channel.readCount),
    text: showMessage(channel.data),
    base64: Buffer.from(channel.data).toString('base64'),
    // Large integers are text in it, as JSON.
    ...(record === undefined ? {} : { record }),
    ...(items === undefined ? {} : { items: JSON.parse(itemsToJson(items)) }),
  };
}
