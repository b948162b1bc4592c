/** Two machines, a server between them, and a bridge on each. */
import { skip } from '../support/needs.js';
import { Link } from './link.js';
import { type BridgeProcess, Machine, missingNamespaces } from './machine.js';
import { missingNats, NatsServer } from './nats-server.js';

/** For a `before` hook: skips what follows where there is no server or no namespace, or fails where CI=true. */
export function needsBridge(context: Mocha.Context): void {
  const reason = missingNats();
  if (reason !== undefined) {
    if (process.env.CI === 'true') throw new Error(reason);
    skip(context, reason);
  }
  const other = missingNamespaces();
  if (other !== undefined) skip(context, other);
}

/** A server, two machines and their bridges. */
export interface Pair {
  readonly nats: NatsServer;
  readonly a: Machine;
  readonly b: Machine;
  near: BridgeProcess;
  far: BridgeProcess;
}

/** Starts a pair for one channel. */
export async function startPair(name: string, ...options: readonly string[]): Promise<Pair> {
  const nats = await NatsServer.start();
  const [a, b] = [await Machine.make(), await Machine.make()];
  const args = (end: string) => [name, '--as', end, '--nats', nats.url, ...options];
  return { nats, a, b, near: a.bridge(args('near')), far: b.bridge(args('far')) };
}

/** A pair of which each bridge has a link of its own to the server. */
export interface LinkedPair extends Pair {
  readonly links: { readonly near: Link; readonly far: Link };
}

/**
 * Starts a pair as {@link startPair} does.
 *
 * @param delayMs - how long each way over the near bridge's link takes
 */
export async function startLinkedPair(
  name: string,
  delayMs: number,
  ...options: readonly string[]
): Promise<LinkedPair> {
  const nats = await NatsServer.start();
  const [a, b] = [await Machine.make(), await Machine.make()];
  const links = { near: await Link.to(nats.port, delayMs), far: await Link.to(nats.port) };
  const args = (end: 'near' | 'far') => [name, '--as', end, '--nats', links[end].url, ...options];
  return { nats, a, b, links, near: a.bridge(args('near')), far: b.bridge(args('far')) };
}

/** For an afterEach hook: ends all of it. */
export async function endPairs(): Promise<void> {
  await Machine.endAll();
  await NatsServer.killAll();
  Link.endAll();
}
