import assert from 'node:assert/strict';
import type { Ffi } from '../../syscalls/binary.js';
import { Views } from '../../syscalls/views.js';
import { builtUrl, evaluate, killChildren } from '../support/run-node.js';

/** Stands for ffi-rs: no address is touched, wraps are counted. */
class Wrapper {
  wraps = 0;
  readonly ffi = {
    createPointer: () => [{}],
    unwrapPointer: (pointers: unknown[]) => pointers,
    createExternalBuffer: (_: unknown, length: number) => {
      this.wraps++;
      return Buffer.alloc(length);
    },
    freePointer: () => {},
  } as unknown as Ffi;
}

describe('Views', () => {
  afterEach(killChildren);

  it('wraps an address and a length once, also where mappings of two sizes come and go at one address', () => {
    const wrapper = new Wrapper();
    const views = new Views(() => wrapper.ffi);
    const [first, other] = [views.of(4096, 100), views.of(4096, 50)];
    assert.deepEqual([first.length, other.length], [100, 50]);
    for (let round = 0; round < 3; round++) {
      assert.equal(views.of(4096, 100), first);
      assert.equal(views.of(4096, 50), other);
    }
    assert.equal(wrapper.wraps, 2);
  });

  it('forgets the oldest of very many addresses, and none of as many as a thread may have endpoints', () => {
    const wrapper = new Wrapper();
    const views = new Views(() => wrapper.ffi);
    const address = (index: number) => (index + 1) * 4096;
    for (let index = 0; index < 4096; index++) views.of(address(index), 1);
    views.of(address(0), 1);
    assert.equal(wrapper.wraps, 4096);
    for (let index = 4096; index < 20_000; index++) views.of(address(index), 1);
    views.of(address(19_999), 1);
    assert.equal(wrapper.wraps, 20_000);
    views.of(address(0), 1);
    assert.equal(wrapper.wraps, 20_001);
  });

  it('Segment.read() keeps nothing, whatever lengths and offsets it is asked for', async () => {
    const size = 2 ** 20;
    const grownBytes = await evaluate<number>(
      `
      import { Segment } from '${builtUrl('syscalls/index.js')}';
      const segment = Segment.create(0, ${size}, 0o600);
      segment.remove();
      const memory = () => {
        for (let collections = 0; collections < 5; collections++) gc();
        return process.memoryUsage().external;
      };
      Segment.read(segment.id);
      const before = memory();
      for (let length = 1000; length < ${size}; length += 1000) {
        Segment.read(segment.id, 0, length);
        Segment.read(segment.id, 8 * (length % 997), length);
      }
      console.log(memory() - before);
      segment.detach();`,
      { flags: ['--expose-gc'] },
    );
    // A view for each length and offset is some thousand MiB.
    assert.ok(grownBytes < 64 * size, `${grownBytes} bytes`);
  });
});
