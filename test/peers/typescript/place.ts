import type { ShmPlace } from '../../support/raw-memory.js';
import { parseShmKind, placeOf } from '../shm-kind.js';

/** Where the channels of this process are unless it is told otherwise: where the library of the other languages has its. */
export const ownPlace: ShmPlace = placeOf(parseShmKind(process.env.ESHM_PEER_SHM ?? 'system-v'));
