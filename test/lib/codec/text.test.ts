import assert from 'node:assert/strict';
import { Eshm } from '../../../lib/index.js';
import { type Peers, requirePeers } from '../../peers/build.js';
import { PeerProcess } from '../../peers/peer-process.js';
import { channelName, closeAll, closeLater } from '../async/endpoints.js';

function pair(encoding: 'cstring' | 'utf8') {
  const name = channelName();
  const master = closeLater(Eshm.open(name, { role: 'master', encoding }));
  const slave = closeLater(Eshm.open(name, { role: 'slave', encoding }));
  const raw = Buffer.alloc(4096);
  const wire = () => raw.subarray(0, slave.tryReadInto(raw));
  return { name, master, slave, wire };
}

const corrupt = { name: 'EshmError', code: 'ESHM_CORRUPT' };

describe('option encoding', () => {
  afterEach(closeAll);

  for (const text of ['', 'hello', 'grüße 🤖', '\ufeffwith a mark']) {
    it(`'cstring' and 'utf8' carry ${JSON.stringify(text)} through every way to read`, async () => {
      for (const encoding of ['cstring', 'utf8'] as const) {
        const { master, slave, wire } = pair(encoding);
        master.write(text);
        assert.equal(slave.peek(), text);
        assert.equal(slave.tryRead(), text);
        master.write(Buffer.from(text));
        assert.equal(slave.readSync(), text);
        master.write(text);
        assert.equal(await slave.read(), text);
        master.write(text);
        for await (const data of slave) {
          assert.equal(data, text);
          break;
        }
        master.write(text);
        assert.deepEqual(wire(), Buffer.from(encoding === 'cstring' ? `${text}\0` : text));
        const sending = master.send(text);
        assert.equal(await slave.read(), text);
        await sending;
      }
    });
  }

  it("'cstring' cuts at the first NUL, or takes all where there is none", async () => {
    const { name, master, slave } = pair('cstring');
    master.close();
    slave.close();
    const bytes = closeLater(Eshm.open(name, { role: 'master' }));
    const reader = closeLater(Eshm.open(name, { role: 'slave', encoding: 'cstring' }));
    bytes.write('one\0two\0');
    assert.equal(await reader.read(), 'one');
    bytes.write('without');
    assert.equal(await reader.read(), 'without');
    bytes.write('\0');
    assert.equal(await reader.read(), '');
  });

  it("a message that is not UTF-8 is ESHM_CORRUPT under 'utf8', and the next is read as usual", async () => {
    const { master, slave } = pair('utf8');
    const bad = Buffer.from([0x61, 0xff]);
    master.write(bad);
    await assert.rejects(slave.read(), corrupt);
    master.write(bad);
    assert.throws(() => slave.tryRead(), corrupt);
    const parked = slave.read({ timeoutMs: Number.POSITIVE_INFINITY });
    setTimeout(() => master.write(bad), 10);
    await assert.rejects(parked, corrupt);
    master.write('good');
    assert.equal(await slave.read(), 'good');
  });

  it('refuses another encoding, and a message that only the NUL makes too long', async () => {
    const open = (encoding: unknown) => Eshm.open(channelName(), { role: 'master', encoding } as object);
    assert.throws(() => open('latin1'), RangeError);
    assert.throws(() => open(5), TypeError);
    const { master } = pair('cstring');
    const text = 'x'.repeat(4096);
    assert.throws(() => master.write(text), { code: 'ESHM_BUFFER_TOO_SMALL' });
    await assert.rejects(master.send(text), { code: 'ESHM_BUFFER_TOO_SMALL' });
    master.write(text.slice(1));
  });

  describe('with a C++ peer', () => {
    let peers: Peers;
    before(async function () {
      peers = await requirePeers(this, ['c++']);
    });
    afterEach(() => PeerProcess.killAll());

    it("'cstring' speaks its strings", async () => {
      const name = channelName();
      const master = closeLater(Eshm.open(name, { role: 'master', encoding: 'cstring' }));
      const peer = PeerProcess.start(peers);
      await peer.open('slave', name);
      const reading = peer.read(120_000);
      await master.send('Hello from master #0', { timeoutMs: 120_000, resendMs: 5 });
      assert.deepEqual(await reading, Buffer.from('Hello from master #0\0'));
      await peer.write(Buffer.from('ACK from slave #0\0'));
      assert.equal(await master.read({ timeoutMs: 120_000 }), 'ACK from slave #0');
      await peer.quit();
    });
  });
});
