import type { CodecOption, DataOf, DecodedOf, Encoding } from '../codec/index.js';
import type { InOf, ReadOf, RecordOption } from '../record/endpoint.js';
import type { Eshm, WrittenBy } from './eshm.js';

/**
 * The type of an endpoint, for where it has to be named, as in a class: that of its records or codecs, as the options
 * `record` and `codec` take them. Without one, an endpoint of bytes.
 *
 * @typeParam What - the type of a record or a codec for both ways, or `{ in, out }` with that of one for a way or each
 * @typeParam E - the encoding of a way without one
 *
 * @example
 * import type { EshmOf } from 'eshm';
 * const Pose = record('Pose', { x: f64, y: f64 });
 * const Command = record('Command', { id: u64 });
 * class Robots {
 *   poses?: EshmOf<typeof Pose>;
 *   commanded?: EshmOf<{ in: typeof Pose; out: typeof Command }>;
 * }
 * const robots = new Robots();
 * robots.commanded = Eshm.open('robot types', { role: 'master', record: { in: Pose, out: Command } });
 * robots.commanded.close();
 */
export type EshmOf<
  What extends RecordOption | CodecOption | undefined = undefined,
  E extends Encoding = null,
> = Eshm<ReadOf<InOf<What>, DecodedOf<What, DataOf<E>>>, InOf<What>, WrittenBy<What, What>>;
