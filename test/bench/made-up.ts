import type { Machine } from '../../bench/machine.js';
import type { Results, Row } from '../../bench/results.js';
import type { Unit } from '../../bench/scenario.js';
import { median } from '../../bench/statistics.js';

/** A row of one sitting. */
export function row(id: string, perRound: readonly number[], unit: Unit = 'ns'): Row {
  const at = perRound.map((_, round) => [0, round] as const);
  return { id, unit, value: median(perRound), rounds: perRound.length, perRound, at };
}

/** Machines of three kinds. */
export const ABACUS = machine('Abacus(R) Bead(TM) Processor');
export const SLIDE_RULE = machine('Slide Rule 9 4-Core Processor');
export const FOUR_BEADS = { ...ABACUS, cores: 4 };

function machine(cpu: string): Machine {
  const kernel = 'Linux 6.18.44-fc-v669';
  return { cpu, cores: 2, memoryGiB: 1, kernel, compiler: 'g++ 12', pinnedTo: null };
}

/** A run on this machine in which nothing was judged yet. */
export function run(machine: Machine, rows: readonly Row[], more: Partial<Results> = {}): Results {
  return {
    machine,
    node: 'v20.20.2',
    lib: '/a/libeshm.so',
    standIn: true,
    command: 'npm run bench -- --quick --save',
    date: '2026-11-25T18:41:39.756Z',
    rows,
    ratios: [],
    coreDistance: null,
    leftOut: [],
    ...more,
  };
}
