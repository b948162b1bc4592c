import { contentOf, copyChannels, findDataSize } from '../../observe/index.js';
import { isUnreadable, listObjects, readObject, type ShmStat } from '../looking/objects.js';
import type { Direction } from './protocol.js';
import { idOf } from './rows.js';
import type { SeenMessage } from './track.js';

/** Between two looks, in ms. */
const INTERVAL_MS = 20;

/** Takes each message that a look finds new. */
export type Take = (direction: Direction, message: SeenMessage) => void;

/**
 * Looks at a channel again and again, for one whose name nobody knows: of what is written between two looks it sees the
 * newest. Read-only, as `eshm stat` looks.
 */
export class Sampler implements Disposable {
  readonly #id: string;
  readonly #take: Take;
  readonly #timer: NodeJS.Timeout;
  #stat: ShmStat | undefined;
  /** Bytes in one slot: what two looks have agreed upon, since a write under way can look like another size. */
  #dataSize: { readonly bytes: number; readonly isSure: boolean } | undefined;
  readonly #seen: Record<Direction, { sequence: number; count: bigint } | undefined> = {
    m2s: undefined,
    s2m: undefined,
  };

  /** @param id - as {@link idOf} gives it */
  constructor(id: string, take: Take) {
    this.#id = id;
    this.#take = take;
    this.#timer = setInterval(() => this.#look(), INTERVAL_MS);
    this.#look();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    try {
      this.#stat ??= listObjects().find((stat) => !stat.removed && idOf(stat) === this.#id);
      if (this.#stat !== undefined) this.#read(this.#stat);
    } catch (error) {
      // Gone, cut short, or another's by now: looked for again at the next look.
      if (!isUnreadable(error) && !(error instanceof RangeError)) throw error;
      this.#stat = undefined;
      this.#dataSize = undefined;
    }
  }

  #read(stat: ShmStat): void {
    const bytes = copyChannels(stat.size, (offset, length) => readObject(stat, offset, length));
    const size = this.#dataSizeOf(bytes);
    if (size === undefined) return;
    const { header, masterToSlave, slaveToMaster } = contentOf(bytes, size);
    const atS = Date.now() / 1000;
    for (const [direction, channel] of [
      ['m2s', masterToSlave],
      ['s2m', slaveToMaster],
    ] as const) {
      const { sequence, dataSize, data, writeCount } = channel;
      // Under way, damaged, or never written.
      if (sequence % 2 !== 0 || dataSize > data.length || sequence === 0) continue;
      const seen = this.#seen[direction];
      if (seen?.sequence === sequence && seen.count === writeCount) continue;
      this.#seen[direction] = { sequence, count: writeCount };
      const missed = seen === undefined || writeCount <= seen.count ? 0 : Number(writeCount - seen.count) - 1;
      this.#take(direction, {
        data,
        count: Number(writeCount),
        missed: Math.max(0, missed),
        generation: header.masterGeneration,
        atS,
      });
    }
  }

  #dataSizeOf(bytes: Uint8Array): number | undefined {
    if (this.#dataSize?.isSure) return this.#dataSize.bytes;
    const { maxDataSize } = findDataSize(bytes);
    const isSure = this.#dataSize?.bytes === maxDataSize;
    this.#dataSize = { bytes: maxDataSize, isSure };
    return isSure ? maxDataSize : undefined;
  }
}
