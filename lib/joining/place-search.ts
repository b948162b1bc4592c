import { EshmError } from '../errors.js';
import type { ResolvedOptions } from '../options.js';
import type { Site } from '../store/index.js';
import { MasterSearch, Obstacle } from './search.js';
import { absentError, isOneMaster, type Sites } from './sites.js';

/** {@link MasterSearch} in one place or both; the first is preferred. Belongs to the thread that made it. */
export class PlaceSearch {
  readonly #sites: Sites;
  readonly #options: ResolvedOptions;
  readonly #searches: readonly MasterSearch[];

  constructor(sites: Sites, options: ResolvedOptions) {
    this.#sites = sites;
    this.#options = options;
    this.#searches = sites.map((site) => new MasterSearch(site, options));
  }

  /** The place in which a master lives, or what stands in the way. Throws what waiting cannot mend. */
  look(): Site | Obstacle {
    const [first, second] = this.#sites;
    const [inFirst, inSecond] = this.#searches;
    if (second === undefined) return inFirst!.look() ?? first;
    const here = tryLook(inFirst!);
    if (here === undefined && this.#options.useThreads) return first;
    const there = tryLook(inSecond!);
    if (here === undefined) return there === undefined ? this.#withoutHeartbeats() : first;
    const isFirstSilent = inFirst!.isSilent;
    // A live master's heart does not beat between any two looks.
    const livesInSecond = there === undefined || (isSilence(there) && inSecond!.hasJustBeaten);
    if (!livesInSecond) return this.#neither(here, there);
    // A master that stands in both is met in the first, which is quicker, and has what it has written.
    if (here instanceof Failed && isOneMaster(first, second, this.#options)) throw here.reason;
    if (here.question !== 'master' || isFirstSilent) return second;
    return new Obstacle(here.reason, 'first');
  }

  /** Where both places will do for an endpoint without heartbeats: the second if a master beats there alone. */
  #withoutHeartbeats(): Site | Obstacle {
    const [first, second] = this.#sites;
    const [inFirst, inSecond] = this.#searches;
    const beatsInSecond = inSecond!.hasJustBeaten;
    if (inFirst!.hasJustBeaten) return first;
    if (inFirst!.isSilent) return beatsInSecond ? second! : first;
    const what = `it is not known yet whether a master beats in ${first} or in ${second}`;
    return new Obstacle(new EshmError('ESHM_MASTER_STALE', what), 'first');
  }

  /** @throws what was thrown in one place, where nothing in the other can come to anything */
  #neither(here: Obstacle | Failed, there: Obstacle | Failed): Obstacle {
    const action = `connect to '${this.#sites[0].name.name}'`;
    if (isNothing(here) && isNothing(there)) return new Obstacle(absentError(this.#sites, action));
    const told = here instanceof Obstacle && !isNothing(here) ? here : there;
    const other = told === here ? there : here;
    if (told instanceof Obstacle && !isNothing(told)) {
      return isNothing(other) ? told : inBoth(told, other, `Cannot ${action}: `);
    }
    const failed = told instanceof Failed ? told : other;
    if (failed instanceof Failed) throw failed.reason;
    return failed;
  }
}

/** `told` with what is in the other place. @param prefix - what the messages of errors begin with */
function inBoth(told: Obstacle, other: Obstacle | Failed, prefix: string): Obstacle {
  const { message } = other.reason as Error;
  const also = message.startsWith(prefix) ? message.slice(prefix.length) : message;
  const { code, cause } = told.reason;
  const reason = new EshmError(code, `${told.reason.message}; and ${also}`, { cause });
  return new Obstacle(reason, told.question ?? other.question);
}

/** A look that threw. */
class Failed {
  readonly question = undefined;
  readonly reason: unknown;

  constructor(reason: unknown) {
    this.reason = reason;
  }
}

function tryLook(search: MasterSearch): Obstacle | Failed | undefined {
  try {
    return search.look();
  } catch (error) {
    return new Failed(error);
  }
}

/** Whether nothing but a beat is missing. */
function isSilence(found: Obstacle | Failed): boolean {
  return (
    found instanceof Obstacle && found.question === 'master' && found.reason.code === 'ESHM_MASTER_STALE'
  );
}

function isNothing(found: Obstacle | Failed): boolean {
  return found instanceof Obstacle && found.reason.errnoName === 'ENOENT';
}
