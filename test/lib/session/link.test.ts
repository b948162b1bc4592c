/** An endpoint's hold on its segment, where two starts or ends meet. */
import assert from 'node:assert/strict';
import { deriveKey, layoutFor } from '../../../layout/index.js';
import { Header } from '../../../lib/header/header.js';
import { Eshm, type EshmError } from '../../../lib/index.js';
import type { Place } from '../../../lib/joining/enter.js';
import { sitesFor } from '../../../lib/joining/sites.js';
import { findPlace } from '../../../lib/joining/start.js';
import { type ResolvedOptions, resolveOptions } from '../../../lib/options.js';
import { Link } from '../../../lib/session/link.js';
import { channelName } from '../../../lib/store/index.js';
import { IPC_CREAT, IPC_PRIVATE, Segment, shmget } from '../../../syscalls/index.js';
import {
  assertNothingLeft,
  removeLeftovers,
  segmentOf,
  thrownBy,
  uniqueName,
  until,
} from '../../support/channels.js';
import { headerOf, storeOf } from '../../support/header-of.js';

describe('Link', () => {
  let name: string;
  let options: ResolvedOptions;
  const links: Link[] = [];
  const link = (role: 'master' | 'slave', force = false) => {
    const own = { ...options, role, force };
    const one = new Link(findPlace(sitesFor(channelName(name), 'system-v'), own), own, () => {});
    links.push(one);
    return one;
  };

  beforeEach(() => {
    name = uniqueName('link');
    options = resolveOptions({ autoCleanup: false });
  });
  afterEach(() => {
    for (const one of links.splice(0)) one.close();
    removeLeftovers();
    assertNothingLeft();
  });

  /** A segment under no key, set up as a master's. */
  function candidateOf(master: (header: Header) => void = () => {}): Segment {
    const candidate = Segment.attach(shmget(IPC_PRIVATE, layoutFor().segmentSize, IPC_CREAT | 0o600));
    candidate.remove();
    const header = headerOf(candidate.bytes);
    header.create(100);
    master(header);
    return candidate;
  }

  /** The slave's place in a segment: marked. */
  function placeIn(candidate: Segment): Place {
    const store = storeOf(candidate);
    const [site] = sitesFor(channelName(name), 'system-v');
    const identity = new Header(store).claim('slave', 0)!;
    const readFrom = { sequence: 0, writes: 0 };
    return {
      role: 'slave',
      site,
      store,
      created: false,
      identity,
      isNamesake: false,
      readFrom,
      epochBefore: 0,
    };
  }

  /** Another process enters as slave, and is in the middle of its second message. */
  function enterAsAnother(bytes: Buffer): void {
    const { header, slaveToMaster, channel } = layoutFor();
    bytes.writeInt32LE(1, header.slaveAlive);
    bytes.writeInt32LE(process.ppid, header.slavePid);
    bytes.writeInt32LE(3, slaveToMaster + channel.sequence);
    bytes.writeInt32LE(64, slaveToMaster + channel.dataSize);
    bytes.writeInt32LE(1, slaveToMaster + channel.writeCount);
  }

  for (const role of ['slave', 'master'] as const) {
    it(`a ${role} reads what its peer writes once it sees the mark, and nothing older`, () => {
      const [master, slave] = [link('master'), link('slave')];
      const peer = role === 'slave' ? master : slave;
      peer.writer.write(Buffer.from('older'), 5);
      const own = { ...options, role, force: true };
      const place = findPlace(sitesFor(channelName(name), 'system-v'), own);
      assert.ok(peer.header.flagged(role), 'marked, and nothing is made of the place yet');
      peer.writer.write(Buffer.from('hello'), 5);
      const one = new Link(place, own, () => {});
      links.push(one);
      assert.equal(`${one.reader.tryRead()}`, 'hello');
      assert.deepEqual([one.reader.missed, one.reader.count, one.reader.tryRead()], [0, 2, undefined]);
    });
  }

  it('moveTo() enters the new segment and leaves the old one', () => {
    link('master');
    const slave = link('slave');
    const old = Segment.attach(segmentOf(name)!.id);
    const candidate = candidateOf();
    try {
      assert.equal(slave.moveTo(placeIn(candidate)), true);
      const header = headerOf(candidate.bytes);
      assert.deepEqual([header.flagged('slave'), header.pid('slave')], [true, process.pid]);
      assert.equal(headerOf(old.bytes).flagged('slave'), false);
      assert.equal(slave.segmentId, candidate.id);
    } finally {
      candidate.detach();
      old.detach();
    }
  });

  it('moveTo() gives way to one that has entered since its claim, and repairs nothing of its channel', () => {
    link('master');
    const slave = link('slave');
    const candidate = candidateOf();
    const { bytes } = candidate;
    const { replace } = Segment.prototype;
    let before = Buffer.alloc(0);
    // This process is stopped for a while, and goes on.
    Segment.prototype.replace = function (this: Segment, id: number) {
      replace.call(this, id);
      enterAsAnother(bytes);
      before = Buffer.from(bytes);
    };
    try {
      assert.equal(slave.moveTo(placeIn(candidate)), false);
      assert.match(slave.heir ?? 'nobody', /^pid \d+$/);
      slave.close();
      assert.ok(bytes.equals(before), 'untouched');
    } finally {
      Segment.prototype.replace = replace;
      candidate.detach();
    }
  });

  it('a slave that was overtaken in its move says so', async () => {
    const code = (act: () => unknown) => thrownBy<EshmError>(act).code;
    const first = Eshm.open(name, { role: 'master' });
    const slave = Eshm.open(name, { role: 'slave', reconnectRetryIntervalMs: 20 });
    const told: string[] = [];
    for (const event of ['reconnected', 'disconnected'] as const) slave.on(event, () => told.push(event));
    first.close();
    const { replace } = Segment.prototype;
    Segment.prototype.replace = function (this: Segment, id: number) {
      replace.call(this, id);
      enterAsAnother(this.bytes);
    };
    const next = Eshm.open(name, { role: 'master' });
    try {
      await until('the end', () => slave.state === 'disconnected');
    } finally {
      Segment.prototype.replace = replace;
    }
    assert.deepEqual(
      [code(() => slave.tryRead()), code(() => slave.write('x'))],
      Array(2).fill('ESHM_ROLE_MISMATCH'),
    );
    slave.close();
    assert.ok(next.stats().slaveAlive, "the other one's flag");
    next.close();
    assert.deepEqual(told, ['disconnected']);
  });

  it('moveTo() takes its mark back where the segment cannot be mapped, and stays where it is', () => {
    link('master');
    const slave = link('slave');
    const candidate = candidateOf();
    const id = slave.segmentId;
    const replace = Segment.prototype.replace;
    Segment.prototype.replace = () => {
      throw new Error('on purpose');
    };
    try {
      assert.throws(() => slave.moveTo(placeIn(candidate)), /on purpose/);
    } finally {
      Segment.prototype.replace = replace;
    }
    assert.equal(headerOf(candidate.bytes).flagged('slave'), false);
    assert.equal(slave.segmentId, id);
    assert.ok(slave.header.flagged('slave'));
    candidate.detach();
  });

  it('a master that was taken over between its mark and its first beat is refused, and touches nothing', () => {
    const own = { ...options, role: 'master' as const, autoCleanup: true };
    const place = findPlace(sitesFor(channelName(name), 'system-v'), own);
    const header = headerOf(place.store.bytes);
    header.claim('master', header.identity('master'));
    header.claim('slave', 0);
    const successor = Segment.attach(place.store.id);
    assert.throws(() => new Link(place, own, () => {}), { code: 'ESHM_ROLE_MISMATCH' });
    assert.throws(() => place.store.bytes, /detached/);
    assert.ok(headerOf(successor.bytes).flagged('master'), "the successor's flag");
    assert.equal(segmentOf(name)?.id, successor.id, 'and its segment');
    successor.detach();
    Segment.remove(successor.id);
  });

  it('a master that closes while another starts does not take the segment along', () => {
    const own = { ...options, role: 'master' as const, autoCleanup: true };
    // It took the segment over, so it looks for a beat of the slave, in which time another master may start.
    const left = Segment.create(deriveKey(name), layoutFor().segmentSize, 0o666);
    const header = headerOf(left.bytes);
    header.create(20);
    header.claim('slave', 0);
    const master = new Link(findPlace(sitesFor(channelName(name), 'system-v'), own), own, () => {});
    const { heartbeat } = header;
    const { prototype } = Header;
    // The first look at the slave's heartbeat is when the other one starts.
    prototype.heartbeat = function (this: Header, role) {
      prototype.heartbeat = heartbeat;
      this.claim('master', this.identity('master'));
      return heartbeat.call(this, role);
    };
    try {
      master.close();
    } finally {
      prototype.heartbeat = heartbeat;
    }
    assert.equal(segmentOf(name)?.id, left.id);
    assert.ok(header.flagged('master'), "the other one's flag");
    left.remove();
    left.detach();
  });
});
