import { platformReason, SyscallError } from '../../syscalls/index.js';
import { EshmError, warn } from '../errors.js';
import { Header, type Role } from '../header/index.js';
import type { Steps } from '../idle/index.js';
import type { ResolvedOptions } from '../options.js';
import { type ChannelName, didYouMean, isMissing, SHM_KINDS, Site, type Store } from '../store/index.js';
import { beatsInSecondOnly, checkFree, formFaultNow, lives } from './judge.js';

/** Where a start looks, in this order: one place, or both. */
export type Sites = readonly [Site, ...Site[]];

/**
 * Where the channel `name` may be by the option `shm`: with `'auto'` in both kinds of memory, less one that cannot be
 * used in this process where the other can.
 *
 * @throws {EshmError} ESHM_UNSUPPORTED for files on another system or processor than Linux on x86-64
 */
export function sitesFor(name: ChannelName, shm: ResolvedOptions['shm']): Sites {
  const reason = shm === 'posix' ? platformReason() : undefined;
  if (reason !== undefined) {
    throw new EshmError('ESHM_UNSUPPORTED', `Cannot use shared memory: ${reason}`);
  }
  if (shm !== 'auto') return [new Site(name, shm)];
  const [first, second] = SHM_KINDS.map((kind) => new Site(name, kind)) as [Site, Site];
  if (second.unsupported !== undefined) return [first];
  return first.unsupported === undefined ? [first, second] : [second];
}

/** The other place that the options allow for, where it cannot be used in this process; `undefined` where it can. */
export function unusablePlace(sites: Sites, { shm }: Pick<ResolvedOptions, 'shm'>): Site | undefined {
  if (shm !== 'auto' || sites.length > 1) return undefined;
  const other = new Site(sites[0].name, sites[0].kind === 'posix' ? 'system-v' : 'posix');
  return other.unsupported === undefined ? undefined : other;
}

/** Adds to a failure in the only place that can be used why the other cannot, where the options allow for both. */
export function withOtherPlace(error: unknown, sites: Sites, options: Pick<ResolvedOptions, 'shm'>): unknown {
  if (!(error instanceof EshmError)) return error;
  const other = unusablePlace(sites, options);
  if (other === undefined) return error;
  const why = `; nor can ${other} be used (${other.unsupported})`;
  if (error.message.includes(why)) return error;
  return new EshmError(error.code, `${error.message}${why}`, { cause: error.cause });
}

/**
 * Where a slave starts: in the place where a master lives; where one lives in both, in the first, which is told once;
 * where none does, in the first that has anything.
 *
 * @throws {EshmError} ESHM_SHM_ATTACH with ENOENT where nothing is in any of them
 */
export function* siteOfMaster(sites: Sites, options: ResolvedOptions): Steps<Site> {
  const [first, second] = sites;
  // One place has its own error.
  if (second === undefined) return first;
  const [one, other] = sites.filter((site) => site.find() !== undefined);
  if (one === undefined) throw absentError(sites, `open '${first.name.name}' as slave`);
  if (other === undefined) return one;
  const [here, there] = [look(one, options), look(other, options)];
  try {
    if (there === undefined) return one;
    if (here === undefined) return other;
    // A master that stands in both until somebody comes; or two in containers, where both may have one pid.
    if (here.holder === there.holder)
      return (yield* beatsInSecondOnly(here.header, there.header)) ? other : one;
    if (!(yield* lives(here.header, 'master'))) {
      return (yield* lives(there.header, 'master')) ? other : one;
    }
    if (there.header.flagged('master') && (yield* lives(there.header, 'master'))) tellOfTwo(one, other);
    return one;
  } finally {
    here?.store.detach();
    there?.store.detach();
  }
}

/**
 * Where a master starts: where a slave lives, else in all of `sites`.
 *
 * @throws {EshmError} ESHM_ROLE_MISMATCH when a master lives in any of them, unless by force
 */
export function* sitesToStandIn(sites: Sites, options: ResolvedOptions): Steps<Sites> {
  if (sites.length === 1) return sites;
  for (const site of sites) {
    const found = look(site, options);
    if (found === undefined) continue;
    try {
      yield* checkFree(site.name.name, found.header, 'master', options);
      const { header } = found;
      // With force nobody is waited for: who is flagged counts as living.
      if (options.force ? header.flagged('slave') : yield* lives(header, 'slave')) return [site];
    } finally {
      found.store.detach();
    }
  }
  return sites;
}

/** Whether one master stands in both places, until a slave comes to one. */
export function isOneMaster(first: Site, second: Site, options: ResolvedOptions): boolean {
  const [here, there] = [look(first, options), look(second, options)];
  here?.store.detach();
  there?.store.detach();
  return here !== undefined && here.holder !== '' && here.holder === there?.holder;
}

/** Whether an error says that there is nothing to attach, or no longer. */
export function isAbsent(error: unknown): boolean {
  if (error instanceof EshmError) return error.errnoName === 'ENOENT';
  return (
    isMissing(error) || (error instanceof SyscallError && ['ENOENT', 'EINVAL', 'EIDRM'].includes(error.code))
  );
}

/** The error where nothing is in any of `sites`. @param action - what was to be done */
export function absentError(sites: Sites, action: string): EshmError {
  return new EshmError(
    'ESHM_SHM_ATTACH',
    `Cannot ${action}: nobody has created it, there is neither ${sites.join(' nor ')}; start the master first, with the same name (in containers: in the same IPC namespace, or with the same /dev/shm)`,
    { cause: new SyscallError('shmget', 2, `find ${sites[0]}`) },
  );
}

/** An error that says that nothing is in any of `sites`, with names of channels that are there and like it; any other as it is. */
export function withSimilarNames(error: unknown, sites: Sites): unknown {
  if (!(error instanceof EshmError && isAbsent(error))) return error;
  const similar = didYouMean(
    sites[0].name.name,
    sites.map(({ kind }) => kind),
  );
  if (similar === '') return error;
  return new EshmError(error.code, `${error.message}${similar}`, { cause: error.cause });
}

/** What is in a place, attached, where it is this channel's and has a master to ask about. */
function look(
  site: Site,
  options: ResolvedOptions,
): { readonly store: Store; readonly header: Header; readonly holder: string } | undefined {
  const store = tryAttach(site);
  if (store === undefined) return undefined;
  try {
    // What its messages say against it is said when it is entered, and is no reason to go to the other place.
    if (formFaultNow(store, options) === undefined) {
      const header = new Header(store);
      return { store, header, holder: holderOf(header, 'master') };
    }
  } catch {
    // Gone meanwhile.
  }
  store.detach();
  return undefined;
}

function holderOf(header: Header, role: Role): string {
  return header.flagged(role) ? `${header.pid(role)}` : '';
}

/** A place that may not be looked at is skipped, where there is another. */
function tryAttach(site: Site): Store | undefined {
  try {
    return site.tryAttach();
  } catch {
    return undefined;
  }
}

const told = new Set<string>();

function tellOfTwo(one: Site, other: Site): void {
  const { name } = one.name;
  if (told.has(name)) return;
  told.add(name);
  warn(
    'ESHM_TWO_MASTERS',
    `'${name}' has two masters, one in ${one} and one in ${other}; this slave is with the first: set shm: '${other.kind}' for the other`,
  );
}

/** Says what it means for a master to stand in `site` alone. @param why - it does not stand in `other` */
export function tellOfOne(site: Site, other: Site, why: string): void {
  warn(
    'ESHM_ONE_PLACE',
    `the master of '${site.name.name}' is in ${site} alone, and programs that look for ${other} do not find it (${why}); set shm: '${site.kind}' where that is meant`,
  );
}

/** Whether this thread was told of a kind of memory that it cannot use: it cannot for any of its channels. */
let isToldOfUnusable = false;

/** {@link tellOfOne} where the other place cannot be used in this process; for the first channel only. */
export function tellOfUnusable(sites: Sites, options: ResolvedOptions): void {
  const other = isToldOfUnusable ? undefined : unusablePlace(sites, options);
  if (other === undefined) return;
  isToldOfUnusable = true;
  tellOfOne(sites[0], other, other.unsupported!);
}
