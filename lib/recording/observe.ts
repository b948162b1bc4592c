import { Eshm, EshmError, type ShmOption } from '../index.js';
import type { Observation, ObservedChannel } from './observed.js';

const EVENTS = ['appeared', 'vanished', 'replaced', 'stale', 'recovered'] as const;

/**
 * Observes channels for a recording.
 *
 * @throws what `Eshm.observe` throws for names and options
 */
export function observe(
  names: readonly string[],
  { shm, maxDataSize }: { readonly shm?: ShmOption | undefined; readonly maxDataSize?: number | undefined },
): Observation {
  const observer = Eshm.observe(names, { shm, maxDataSize });
  return {
    channel(name): ObservedChannel | undefined {
      try {
        const state = observer.state(name);
        return state === null
          ? undefined
          : { shm: state.shm, generation: state.generation, maxDataSize: state.maxDataSize };
      } catch (error) {
        // It is there and may not be read: the observer tells that by itself.
        if (error instanceof EshmError) return undefined;
        throw error;
      }
    },
    onChange(tell) {
      for (const event of EVENTS) {
        observer.on(event, (what) => {
          const { name, at } = what;
          tell({ event, name, at, ...('role' in what ? { role: what.role } : {}) });
        });
      }
      observer.on('unreadable', ({ name, at }, error) =>
        tell({ event: 'unreadable', name, at, reason: error.message }),
      );
      observer.on('corrupt', (error, message) => {
        const name = message?.name ?? names[0]!;
        tell({ event: 'corrupt', name, at: message?.at ?? observer.now(), reason: error.message });
      });
    },
    now: () => observer.now(),
    close: () => observer.close(),
    [Symbol.asyncIterator]: () => observer[Symbol.asyncIterator](),
  };
}
