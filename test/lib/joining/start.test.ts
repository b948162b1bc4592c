/** Starts, with everything that others may do between two of their steps. */
import assert from 'node:assert/strict';
import { deriveKey, layoutFor } from '../../../layout/index.js';
import { FIELDS_OF, type Header, type Role } from '../../../lib/header/header.js';
import { sleepSync } from '../../../lib/idle/index.js';
import { runBlocking, type Steps } from '../../../lib/idle/steps.js';
import type { EshmError, EshmOptions } from '../../../lib/index.js';
import type { Place } from '../../../lib/joining/enter.js';
import { sitesFor } from '../../../lib/joining/sites.js';
import { startSteps } from '../../../lib/joining/start.js';
import { resolveOptions } from '../../../lib/options.js';
import { channelName } from '../../../lib/store/index.js';
import { Segment } from '../../../syscalls/index.js';
import {
  assertNothingLeft,
  removeLeftovers,
  segmentOf,
  thrownBy,
  uniqueName,
} from '../../support/channels.js';
import { headerOf } from '../../support/header-of.js';

describe('a start', () => {
  let name: string;
  /** What the test itself has attached. */
  const attached: Segment[] = [];
  const places: Place[] = [];

  beforeEach(() => {
    name = uniqueName('start');
  });
  afterEach(() => {
    for (const { store } of places.splice(0)) store.detach();
    for (const segment of attached.splice(0)) segment.detach();
    removeLeftovers();
    assertNothingLeft();
  });

  const start = (role: 'master' | 'slave' | 'auto', options: EshmOptions = {}) =>
    startSteps(
      sitesFor(channelName(name), 'system-v'),
      resolveOptions({ useThreads: false, ...options, role }),
    );

  function finish(steps: Steps<Place>): Place {
    const place = runBlocking(steps);
    places.push(place);
    return place;
  }

  /** A segment under the key with a dead master, and whatever `prepare` puts there. */
  function abandoned(prepare: (header: Header) => unknown = () => {}, thresholdMs = 50): Header {
    const segment = Segment.create(deriveKey(name), layoutFor().segmentSize, 0o666);
    attached.push(segment);
    const header = headerOf(segment.bytes);
    header.create(thresholdMs);
    prepare(header);
    return header;
  }
  /** One beat in the segment that the test has attached first. */
  function beat(role: Role): void {
    const { bytes } = attached[0]!;
    bytes.writeBigUInt64LE(bytes.readBigUInt64LE(FIELDS_OF[role].heartbeat) + 1n, FIELDS_OF[role].heartbeat);
  }
  const withSlave = (header: Header) => header.claim('slave', 0);
  const idOf = () => segmentOf(name)?.id;

  /** Takes the first steps, until it has judged the segment and waits for a beat. */
  function waiting(steps: Steps<Place>): Steps<Place> {
    for (let step = 0; step < 3; step++) assert.equal(steps.next().done, false);
    return steps;
  }

  it('as master does not remove a segment in which another has become master meanwhile', () => {
    const header = abandoned();
    const id = idOf();
    const steps = waiting(start('master'));
    // It beats from the moment on at which the start, its judgement made, comes for the segment and puts the flag up.
    header.claim('master', header.identity('master'));
    header.leave('master');
    const error = thrownBy<EshmError>(() => {
      for (let step = steps.next(); step.done !== true; step = steps.next()) {
        sleepSync(1);
        if (header.flagged('master')) beat('master');
      }
    });
    assert.equal(error.code, 'ESHM_ROLE_MISMATCH');
    assert.equal(idOf(), id);
  });

  it('as master goes on with a slave that has come meanwhile', () => {
    const header = abandoned();
    const id = idOf();
    const steps = waiting(start('master'));
    header.claim('slave', 0);
    const place = finish(steps);
    assert.deepEqual([place.store.id, place.created, place.identity], [id, false, 2]);
  });

  for (const [role, prepare] of [
    ['master', withSlave],
    ['slave', withSlave],
  ] as const) {
    it(`as ${role} follows into the segment that has replaced the one it has judged`, () => {
      abandoned(prepare);
      const steps = waiting(start(role));
      Segment.remove(idOf()!);
      const next = abandoned(prepare);
      const place = finish(steps);
      assert.equal(place.store.id, idOf());
      assert.equal(next.flagged(role), true);
      assert.equal(headerOf(attached[0]!.bytes).generation, 1, 'who is in the old one sees no new master');
    });
  }

  it('as master creates a segment where the one it has judged is gone', () => {
    abandoned(withSlave);
    const steps = waiting(start('master'));
    Segment.remove(idOf()!);
    assert.ok(finish(steps).created);
    assert.equal(headerOf(attached[0]!.bytes).generation, 1, 'who is in the old one sees no new master');
  });

  it('as slave says so where the segment it has judged is gone', () => {
    abandoned(withSlave);
    const steps = waiting(start('slave'));
    Segment.remove(idOf()!);
    const error = thrownBy<EshmError>(() => finish(steps));
    assert.deepEqual([error.code, error.errnoName], ['ESHM_SHM_ATTACH', 'ENOENT']);
  });

  it('as master waits for an original that has created the segment and not marked itself yet', () => {
    const header = abandoned((fresh) => fresh.leave('master'));
    const { bytes } = attached[0]!;
    bytes.writeInt32LE(0, FIELDS_OF.master.pid);
    const id = idOf();
    const steps = waiting(start('master'));
    header.claim('master', header.identity('master'));
    const error = thrownBy<EshmError>(() => {
      for (let step = steps.next(); step.done !== true; step = steps.next()) {
        sleepSync(1);
        beat('master');
      }
    });
    assert.equal(error.code, 'ESHM_ROLE_MISMATCH');
    assert.equal(idOf(), id);
  });

  it('as slave waits for a creator that has not attached its segment yet', () => {
    Segment.create(deriveKey(name), layoutFor().segmentSize, 0o666).detach();
    const steps = start('slave');
    assert.equal(steps.next().done, false);
    const creator = Segment.attach(idOf()!);
    attached.push(creator);
    headerOf(creator.bytes).create(100);
    assert.equal(finish(steps).store.id, creator.id);
  });

  for (const role of ['master', 'slave', 'auto'] as const) {
    it(`as ${role} that is given up half-way holds nothing and has marked nothing`, () => {
      const header = abandoned(withSlave);
      const before = [header.identity('master'), header.identity('slave')];
      const steps = waiting(start(role));
      assert.equal(segmentOf(name)?.attachments, 2);
      steps.return(undefined as never);
      assert.equal(segmentOf(name)?.attachments, 1);
      assert.deepEqual([header.identity('master'), header.identity('slave')], before);
    });
  }

  it('does not hold time in which it was not asked to go on against a peer', () => {
    const header = abandoned(withSlave);
    const steps = waiting(start('slave'));
    // Longer than the threshold: an event loop that was blocked, a process that was stopped.
    sleepSync(200);
    assert.equal(steps.next().done, false);
    beat('slave');
    assert.equal(header.heartbeat('slave'), 1n);
    assert.equal(thrownBy<EshmError>(() => finish(steps)).code, 'ESHM_ROLE_MISMATCH');
  });
});
