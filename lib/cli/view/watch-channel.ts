import { Sampler, type Take } from './sampler.js';

export type { Take } from './sampler.js';

/** What follows a channel until it is disposed of, and a word on how, for people. */
export interface Watched {
  readonly watching: Disposable;
  readonly note: string;
}

/** Follows a channel's messages. @param name - its name, where it is known */
export function watchChannel(id: string, _name: string | undefined, take: Take): Watched {
  return {
    watching: new Sampler(id, take),
    note: '',
  };
}
