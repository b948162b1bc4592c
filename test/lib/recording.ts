import { Eshm, EshmError, type EshmErrorCode, type EshmOptions } from '../../lib/index.js';

/** An endpoint of this process with a list of everything it tells. */
export interface Recording {
  readonly endpoint: Eshm;
  /** Names of its events in order. */
  readonly events: string[];
  /** Payloads of `reconnected`. */
  readonly reconnections: { generation: number; tookMs: number }[];
}

const EVENTS = ['stale', 'recovered', 'reconnecting', 'disconnected', 'closed'] as const;

/** Opens `name` and records its events; the caller closes it. */
export function openRecorded(name: string, options: EshmOptions): Recording {
  const endpoint = Eshm.open(name, options);
  const recording: Recording = { endpoint, events: [], reconnections: [] };
  for (const event of EVENTS) endpoint.on(event, () => recording.events.push(event));
  endpoint.on('reconnected', (reconnection) => {
    recording.events.push('reconnected');
    recording.reconnections.push(reconnection);
  });
  return recording;
}

/** The code that `act` is refused with, or `undefined` when it succeeds. */
export function codeOf(act: () => unknown): EshmErrorCode | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof EshmError) return error.code;
    throw error;
  }
}
