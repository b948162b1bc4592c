import { decodeSegment, layoutFor } from '../../layout/index.js';
import { rawImage } from '../support/raw-memory.js';
import type { Channel, Way } from './channel.js';
import { Hearing } from './deafness.js';
import type { LagMeter } from './lag.js';
import type { Side } from './side.js';

/** Pause between two looks, in ms. */
const LOOK_INTERVAL_MS = 50;

/** Two processes, one of which should hear the other. */
interface Pair {
  readonly reader: Side;
  readonly writer: Side;
  readonly hearing: Hearing;
}

/** Looks at both directions of a channel until it is stopped, and notes in its sides which of them are deaf. */
export class Listener {
  readonly #channel: Channel;
  readonly #lag: LagMeter;
  readonly #timer: NodeJS.Timeout;
  #pairs = new Map<Way, Pair>();

  constructor(channel: Channel, lag: LagMeter) {
    this.#channel = channel;
    this.#lag = lag;
    this.#timer = setInterval(() => this.#look(), LOOK_INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const image = imageOf(this.#channel);
    for (const way of this.#channel.ways) {
      const pair = this.#pairOf(way);
      if (pair === undefined) continue;
      const { reader, writer, hearing } = pair;
      if (image === undefined || reader.isStanding || writer.isStanding || reader.deaf !== undefined) {
        hearing.interrupt();
        continue;
      }
      const { header, masterToSlave, slaveToMaster } = image;
      const deafness = hearing.look({
        nowMs: performance.now(),
        lagMs: this.#lag.totalMs,
        published: Number((way.from === 'master' ? masterToSlave : slaveToMaster).writeCount),
        heard: reader.heard,
        beats: Number(way.to === 'master' ? header.masterHeartbeat : header.slaveHeartbeat),
      });
      if (deafness === undefined) continue;
      reader.deaf = `${reader.role} got none of ${deafness.published} messages in ${deafness.silentMs.toFixed(0)} ms`;
    }
  }

  /** Who is in `way` now; a new pair when one of them was replaced. */
  #pairOf(way: Way): Pair | undefined {
    const [reader, writer] = [this.#channel.current(way.to), this.#channel.current(way.from)];
    if (!reader?.running || !writer?.running) return undefined;
    if (reader.openedNs === undefined || writer.openedNs === undefined) return undefined;
    const known = this.#pairs.get(way);
    if (known?.reader === reader && known.writer === writer) return known;
    const pair = { reader, writer, hearing: new Hearing() };
    this.#pairs.set(way, pair);
    return pair;
  }
}

/** What the segment or file of a channel holds, `undefined` when there is none, or it is not whole yet. */
function imageOf({ name, place }: Channel): ReturnType<typeof decodeSegment> | undefined {
  const image = rawImage(name, place);
  return image?.length === layoutFor().segmentSize ? decodeSegment(image) : undefined;
}
