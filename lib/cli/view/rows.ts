import type { Side } from '../looking/inspect.js';
import { placeOf, type ShmStat } from '../looking/objects.js';
import type { Row } from '../looking/roster.js';
import { notReadIn } from '../looking/traffic.js';
import { showHealth } from '../printing/report.js';
import type { ChannelRow, RowSide } from './protocol.js';

/** Tells a channel from others by what does not change when it is made anew: the key or the file. */
export function idOf(stat: ShmStat): string {
  return `${stat.shm}:${placeOf(stat)}`;
}

/** A row as the page shows it. */
export function rowOf({ label, channel, state, rates }: Row): ChannelRow {
  const { stat, master, slave, content } = channel;
  const { header, masterToSlave, slaveToMaster } = content;
  return {
    id: idOf(stat),
    label,
    shm: stat.shm,
    place: placeOf(stat),
    state,
    master: sideOf(master, rates?.masterBeats),
    slave: sideOf(slave, rates?.slaveBeats),
    generation: header.masterGeneration,
    m2s: {
      rate: rates?.m2sWrites ?? null,
      missed: Number(notReadIn(masterToSlave)),
      written: Number(masterToSlave.writeCount),
    },
    s2m: {
      rate: rates?.s2mWrites ?? null,
      missed: Number(notReadIn(slaveToMaster)),
      written: Number(slaveToMaster.writeCount),
    },
    ageS: Math.max(0, Math.round(Date.now() / 1000 - stat.changedAtS)),
  };
}

function sideOf(side: Side, beats: number | undefined): RowSide {
  return {
    pid: side.pid,
    process: side.process ?? (side.pid === 0 ? '' : '(gone)'),
    health: showHealth(side),
    beats: beats ?? null,
  };
}
