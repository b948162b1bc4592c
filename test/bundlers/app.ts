/**
 * The program: a slave that answers one message, and ends well once its heart was seen to beat. It uses every public
 * entry: two ends of its own exchange a record and an item, and metrics, bridge and recording say that their optional peers are not
 * installed, because here they are not.
 */
export const APP = `import { Eshm } from 'eshm';
import { bridge } from 'eshm/bridge';
import { fromObject, items, toObject } from 'eshm/items';
import { deriveKey } from 'eshm/layout';
import { metrics } from 'eshm/metrics';
import { array, enumeration, f32, f64, flags, record, text, u8 } from 'eshm/record';
import { openRecording } from 'eshm/recording';
import { Segment } from 'eshm/syscalls';

const [, , name, shm = 'auto', timeoutMs = 5000] = process.argv;

const Pose = record('Pose', {
  x: f64,
  q: array(f32, 2),
  frame: text(8),
  mode: enumeration(u8, { idle: 0, moving: 1 }),
  set: flags(u8, { armed: 1 }),
});

function expect(what, found, expected) {
  if (String(found) !== expected) throw new Error(what + ' is ' + found + ', expected ' + expected);
}

/** What an optional peer that is not installed is reported as. */
async function missing(what, promise, peer) {
  const error = await promise.then(() => 'none', (error) => error);
  if (error.code !== 'ESHM_UNSUPPORTED' || !error.message.includes(peer)) {
    throw new Error(what + ' says ' + error + ', expected that ' + peer + ' is not installed');
  }
}

async function exchange() {
  const own = name + '-own';
  const master = Eshm.open(own, { role: 'master', record: Pose });
  const slave = Eshm.open(own, { role: 'slave', record: Pose });
  master.update((pose) => {
    pose.x = 1.5;
    pose.q[1] = 0.5;
    pose.frame = 'map';
    pose.mode = 'moving';
    pose.set = ['armed', 4];
  });
  expect('the record', slave.view((pose) => [pose.x, pose.q[1], pose.frame, pose.mode, pose.set]), '1.5,0.5,map,moving,armed,4');
  await missing('metrics', metrics(slave), 'prom-client');
  await missing('bridge', bridge(own + '-far', { servers: ['nats://127.0.0.1:1'] }), '@nats-io/transport-node');
  await missing('a recording', openRecording('own.mcap'), '@mcap/core');
  slave.close();
  master.close();
  const sender = Eshm.open(own, { role: 'master', codec: items() });
  const receiver = Eshm.open(own, { role: 'slave', codec: items() });
  sender.write(fromObject({ a: 5n }));
  expect('the item', toObject(receiver.tryRead()).a, '5');
  receiver.close();
  sender.close();
  expect('a class', typeof Segment.attach, 'function');
}

// No await at the top: a bundle may be CommonJS.
async function main() {
  await exchange();
  const slave = await Eshm.connect(name, { shm, timeoutMs: Number(timeoutMs) });
  const message = await slave.read({ timeoutMs: 20000 });
  await slave.send('pong to ' + message, { timeoutMs: 20000, resendMs: 5 });
  const { slaveHeartbeat } = slave.stats();
  while (slave.stats().slaveHeartbeat === slaveHeartbeat) await new Promise((done) => setTimeout(done, 1));
  const codec = items();
  const { count } = toObject(codec.decode(codec.encode(fromObject({ count: 5n }))));
  if (count !== 5n) throw new Error('other items');
  console.log(deriveKey(name) === slave.key ? 'talked' : 'another key');
  slave.close();
}

main().catch((error) => {
  console.error(String(error));
  process.exitCode = 1;
});
`;

/**
 * A program that has prom-client inside its bundle: what it prints of its own registry and of another has the endpoint's
 * series, though no prom-client is in reach where it runs.
 */
export const METRICS_APP = `import { Eshm } from 'eshm';
import { metrics } from 'eshm/metrics';
import * as client from 'prom-client';

async function main() {
  const master = Eshm.open(process.argv[2], { role: 'master' });
  await metrics(master, { client });
  const registry = new client.Registry();
  await metrics(master, { client, register: registry });
  master.write('go');
  for (const page of [await client.register.metrics(), await registry.metrics()]) {
    console.log(/^eshm_endpoint_written_total\\{.*\\} 1$/m.test(page) ? 'written' : page);
  }
  console.log(await metrics(master).then(() => 'it was found', (error) => error.message));
  master.close();
}

main().catch((error) => {
  console.error(String(error));
  process.exitCode = 1;
});
`;
