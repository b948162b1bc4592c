import { EshmError, type ObservedState, type Observer } from '../../index.js';

/** A channel as an observer sees it now; `null` also where it may not be looked at, which the observer tells by itself. */
export function stateOf(observer: Observer, name: string): ObservedState | null {
  try {
    return observer.state(name);
  } catch (error) {
    if (error instanceof EshmError) return null;
    throw error;
  }
}
