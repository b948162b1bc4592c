/** What can happen to a bridged channel, and how it is mended. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../chaos/random.js';
import { ENDS, type Site } from './site.js';

export const FAULTS = [
  'kill near bridge',
  'kill far bridge',
  'stop bridge',
  'kill master',
  'kill slave',
  'kill all servers',
  'kill a cluster node',
  'stop a server',
  'cut link',
  'clock jump',
] as const;

export type FaultKind = (typeof FAULTS)[number];

/** Longest time that a fault lasts, in ms; one cut in four, where there is time for it, is {@link LONG_CUT_MS}. */
const LONGEST_MS = 1500;
const LONG_CUT_MS = 10_000;

/** Does `kind` to `site`; resolves when it is mended. */
export async function inflict(kind: FaultKind, site: Site, random: Random, hasTime: boolean): Promise<void> {
  const someTime = () => sleep(random.integer(50, LONGEST_MS));
  const end = random.pick(ENDS);
  switch (kind) {
    case 'kill near bridge':
    case 'kill far bridge': {
      const killed = kind === 'kill near bridge' ? 'near' : 'far';
      await site.bridges[killed].kill();
      await someTime();
      site.startBridge(killed);
      return;
    }
    case 'stop bridge':
      site.bridges[end].child.kill('SIGSTOP');
      await someTime();
      site.bridges[end].child.kill('SIGCONT');
      return;
    case 'kill master':
    case 'kill slave': {
      const role = kind === 'kill master' ? 'master' : 'slave';
      await Promise.all([...site.sides.values()].map((sides) => sides[role].kill()));
      await someTime();
      site.startSides(role);
      return;
    }
    case 'kill all servers':
      await Promise.all(site.servers.map((server) => server.kill()));
      await someTime();
      await Promise.all(site.servers.map((server) => server.start()));
      return;
    case 'kill a cluster node': {
      const server = site.serverOf(end);
      await server.kill();
      // The others are there: what is to be mended is mended by the bridge itself.
      site.mending = sleep(random.integer(500, LONGEST_MS)).then(() => server.start());
      return;
    }
    case 'stop a server': {
      const server = site.serverOf(end);
      server.signal('SIGSTOP');
      await someTime();
      server.signal('SIGCONT');
      return;
    }
    case 'cut link':
      site.link(end, 'down');
      await sleep(hasTime && random.integer(0, 3) === 0 ? LONG_CUT_MS : random.integer(50, LONGEST_MS));
      site.link(end, 'up');
      return;
    case 'clock jump':
      for (const one of ENDS) site.bridges[one].child.kill('SIGUSR2');
      await sleep(random.integer(0, 300));
  }
}
