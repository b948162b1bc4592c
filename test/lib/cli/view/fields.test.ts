import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decoder, fieldsIn } from '../../../../lib/cli/view/fields.js';
import { items } from '../../../../lib/items/index.js';
import { array, enumeration, f64, record, text, u8, u64 } from '../../../../lib/record/index.js';

const Pose = record('Pose', {
  at: u64,
  position: array(f64, 2),
  mode: enumeration(u8, { IDLE: 0, MOVING: 1 }),
  label: text(8),
});

const encode = (value: unknown) => Buffer.from(JSON.stringify(value));

/** Names and texts. */
function textsOf(message: Uint8Array, decode = decoder([Pose])) {
  const decoded = decode(message);
  return decoded && [decoded.as, ...decoded.fields.map(({ name, text }) => `${name}=${text}`)];
}

describe('decoder()', () => {
  it('reads a record by its size, integers of 64 bits with all digits', () => {
    const bytes = Pose.encode({ at: 2n ** 63n + 1n, position: [1.5, -0], mode: 'MOVING', label: 'a"\x1b' });
    assert.deepEqual(textsOf(bytes), [
      'Pose',
      'at=9223372036854775809',
      'position[0]=1.5',
      'position[1]=-0',
      'mode=MOVING',
      'label=a"\\x1b',
    ]);
    const numbers = decoder([Pose])(bytes)!.fields.map(({ value }) => value);
    assert.deepEqual(numbers, [Number(2n ** 63n + 1n), 1.5, -0, undefined, undefined]);
  });

  it('takes the record that was named first of two of one size', () => {
    const [One, Two] = [record('One', { a: f64 }), record('Two', { b: f64 })];
    assert.equal(decoder([One, Two])(Buffer.alloc(8))?.as, 'One');
  });

  it('reads items by themselves', () => {
    const message = items().encode([
      { type: 'integer', key: 'counter', value: 42n },
      { type: 'real', key: 'ratio', value: 2 },
      { type: 'boolean', key: 'on', value: true },
      { type: 'string', key: 'say\n', value: 'hi' },
    ] as never);
    assert.deepEqual(textsOf(message), ['items', 'counter=42', 'ratio=2.0', 'on=true', 'say\\n="hi"']);
  });

  it('reads JSON: objects, lists and numbers, with the NUL that C programs send', () => {
    assert.deepEqual(textsOf(encode({ a: { b: [1, null] } })), ['JSON', 'a.b[0]=1', 'a.b[1]=null']);
    assert.deepEqual(textsOf(Buffer.from('-4.5\0')), ['JSON', 'value=-4.5']);
    assert.deepEqual(textsOf(Buffer.from(' [true]')), ['JSON', '[0]=true']);
  });

  it('leaves texts and words as bytes, and everything else where items were asked for', () => {
    for (const text of ['hello', '"hello"', 'null', '', '{"a":', '\0']) {
      assert.equal(textsOf(Buffer.from(text)), undefined, text);
    }
    assert.equal(textsOf(encode({ a: 1 }), decoder([], true)), undefined);
  });

  it('takes any bytes and gives no more than somebody scrolls through', () => {
    const decode = decoder([Pose]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        for (const { name, text } of decode(bytes)?.fields ?? []) {
          assert.doesNotMatch(`${name}${text}`, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        }
      }),
    );
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`f${i}`, 'x'.repeat(1000)]));
    const { fields } = decode(encode(many))!;
    assert.equal(fields.length, 256);
    assert.ok(fields.every(({ text }) => text.length < 250));
  });

  it('looks only so deep into values', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 50; i++) deep = { a: deep };
    const [field, ...others] = fieldsIn(deep);
    assert.deepEqual(others, []);
    assert.equal(field!.name, 'a.a.a.a.a.a.a.a');
  });
});
