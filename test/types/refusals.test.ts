/** What must not compile, does not, and the compiler says why in a few lines. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Programs } from '../support/documents.js';
import { repoRoot } from '../support/repo-root.js';

/** A mistake, as somebody would make it, and what the compiler has to say of it. */
interface Mistake {
  readonly title: string;
  /** The line with the mistake, within {@link HEAD}. */
  readonly code: string;
  readonly says: RegExp;
  /** The same without the mistake, which compiles. */
  readonly right: string;
  /** How long what it says may be, where that is more than {@link MOST}: the compiler says the type of a record thrice. */
  readonly most?: number;
}

/** How long what the compiler says may be, in characters. */
const MOST = 500;

/** What every file begins with. */
const HEAD = `import { Eshm, type EshmOf } from 'eshm';
import { bridge } from 'eshm/bridge';
import { array, bool, bytes, enumeration, f32, f64, flags, type GivenOf, record, u8, u64 } from 'eshm/record';
const Wheel = record('Wheel', { rpm: f32, slip: array(f32, 2) });
const Pose = record('Pose', {
  x: f64, q: array(f32, 6), raw: bytes(4), wheel: Wheel, wheels: array(Wheel, 2), grid: array(array(u8, 2), 2),
  set: flags(u8, { armed: 1 }), far: array(f64, 100),
});
const One = record('One', { x: f64 });
const Six = record('Six', { q: array(f32, 6) });
declare const endpoint: Eshm;
declare const poses: Eshm<never, typeof Pose, typeof Pose>;
const observer = Eshm.observe('types', { record: { m2s: Wheel, s2m: Six } });
const json = { encode: (value: string[]) => value.join(), decode: (bytes: Buffer) => String(bytes).split(',') };
const six = Eshm.open('types', { record: Six });
const joined = await bridge({ servers: 'nats://localhost', channels: ['a'] } as never);
`;

const MISTAKES: readonly Mistake[] = [
  {
    title: 'a misspelt event',
    code: `endpoint.on('disconnect', () => {});`,
    says: /'"disconnect"' is not assignable to parameter of type '.*"disconnected"/,
    right: `endpoint.on('disconnected', () => {});`,
  },
  ...(
    ['once', 'off', 'addListener', 'removeListener', 'prependListener', 'prependOnceListener'] as const
  ).map((method) => ({
    title: `a misspelt event, ${method}()`,
    code: `endpoint.${method}('mised', () => {});`,
    says: /'"mised"' is not assignable to parameter of type '.*"missed"/,
    right: `endpoint.${method}('missed', (messages: number) => void messages);`,
  })),
  {
    title: 'a misspelt event, listenerCount()',
    code: `endpoint.listenerCount('mised');`,
    says: /'"mised"' is not assignable to parameter of type '.*"missed"/,
    right: `endpoint.listenerCount('missed');`,
  },
  {
    title: 'a listener that takes something else',
    code: `endpoint.on('missed', (messages: string) => messages);`,
    says: /'\(messages: string\) => string' is not assignable to parameter of type '\(messages: number\) => void'/,
    right: `endpoint.on('missed', (messages: number) => messages);`,
  },
  {
    title: 'a misspelt event of a bridge',
    code: `joined.on('close', () => {});`,
    says: /'"close"' is not assignable to parameter of type '"closed"/,
    right: `joined.on('closed', () => {});`,
  },
  {
    title: 'a misspelt way of a record',
    code: `Eshm.open('robot', { record: { in: Pose, outt: One } });`,
    says: /is not assignable to type '"the ways of a record are 'in' and 'out'"'\.$/,
    most: 620,
    right: `Eshm.open('robot', { record: { in: Pose, out: One } });`,
  },
  {
    title: 'a misspelt way of a record that is observed',
    code: `Eshm.observe('robot', { record: { m2s: Pose, sm2: One } });`,
    says: /is not assignable to type '"the ways of a record are 'm2s' and 's2m'"'\.$/,
    most: 620,
    right: `Eshm.observe('robot', { record: { m2s: Pose, s2m: One } });`,
  },
  {
    title: 'an enumeration of floats',
    code: 'enumeration(f32, { idle: 0, go: 1 });',
    says: /'FloatKind' is not assignable to parameter of type 'IntegerKind<number>'/,
    right: 'enumeration(u8, { idle: 0, go: 1 }, { closed: true });',
  },
  {
    title: 'flags in a boolean',
    code: 'flags(bool, { armed: 1 });',
    says: /'ScalarKind<boolean>' is not assignable to parameter of type 'IntegerKind</,
    right: 'flags(u64, { armed: 1n });',
  },
  {
    title: 'flags of floats',
    code: 'flags(f64, { armed: 1 });',
    says: /'FloatKind' is not assignable to parameter of type 'IntegerKind<number>'/,
    right: 'flags(u8, { armed: 1 });',
  },
  {
    title: 'an enumeration of 64 bits with numbers',
    code: 'enumeration(u64, { idle: 0 });',
    says: /Type 'number' is not assignable to type 'bigint'/,
    right: 'enumeration(u64, { idle: 0n });',
  },
  {
    title: 'a misspelt option of an enumeration',
    code: 'enumeration(u8, { idle: 0 }, { close: true });',
    says: /'close' does not exist in type|did you mean to write 'closed'/i,
    right: 'enumeration(u8, { idle: 0 }, { closed: true });',
  },
  {
    title: 'an update that is async',
    code: 'six.update(async (pose) => { pose.q[0] = await 1; });',
    says: /is not assignable to type '"update takes a function that is not async"'/,
    right: 'six.update((pose) => { pose.q[0] = 1; });',
  },
  {
    title: 'an update that returns a promise',
    code: 'six.update(() => Promise.resolve());',
    says: /is not assignable to type '"update takes a function that is not async"'/,
    right: 'six.update(() => void Promise.resolve());',
  },
  {
    title: 'an update by a function that is async',
    code: 'const fill = async () => {}; six.update(fill);',
    says: /is not assignable to type '"update takes a function that is not async"'/,
    right: 'const fill = () => {}; six.update(fill);',
  },
  {
    title: 'a view that is async',
    code: 'six.view(async (pose) => pose.q[0]);',
    says: /is not assignable to type '"view takes a function that is not async"'/,
    right: 'six.view((pose) => pose.q[0]);',
  },
  {
    title: 'a view that returns a promise now and then',
    code: 'six.view((pose) => pose.q[0] === 1 ? Promise.resolve(1) : 1);',
    says: /is not assignable to type '.*"view takes a function that is not async"/,
    right: 'six.view((pose) => pose.q[0] === 1 ? 2 : 1);',
  },
  {
    title: 'the type of an endpoint, of the values of its record',
    code: 'declare let kept: EshmOf<GivenOf<typeof Six>>;',
    says: /'\{ readonly q: GivenElements<number, 6>; \}' does not satisfy the constraint 'CodecOption \| RecordOption/,
    right: 'let kept: EshmOf<typeof Six> = six;',
  },
  ...(['open', 'connect'] as const).flatMap((method) => [
    {
      title: `an encoding beside a record for both ways, ${method}()`,
      code: `Eshm.${method}('robot', { encoding: 'utf8', record: Six });`,
      says: /'"utf8"' is not assignable to type '"utf8" & EachWayHasARecordOrCodec'/,
      right: `Eshm.${method}('robot', { encoding: 'utf8', record: { in: Six } });`,
    },
    {
      title: `an encoding beside a record for each way, ${method}()`,
      code: `Eshm.${method}('robot', { record: { in: Six, out: Wheel }, encoding: 'cstring' });`,
      says: /'"cstring"' is not assignable to type '"cstring" & EachWayHasARecordOrCodec'/,
      right: `Eshm.${method}('robot', { record: { in: Six, out: Wheel }, encoding: null });`,
    },
    {
      title: `an encoding beside a record and a codec, ${method}()`,
      code: `Eshm.${method}('robot', { record: { in: Six }, codec: { out: json }, encoding: 'utf8' });`,
      says: /'"utf8"' is not assignable to type '"utf8" & EachWayHasARecordOrCodec'/,
      right: `Eshm.${method}('robot', { codec: { out: json }, encoding: 'utf8' });`,
    },
    {
      title: `an encoding beside a codec, ${method}()`,
      code: `Eshm.${method}('robot', { codec: json, encoding: 'utf8' });`,
      says: /'"utf8"' is not assignable to type '"utf8" & EachWayHasARecordOrCodec'/,
      right: `Eshm.${method}('robot', { codec: json });`,
    },
    {
      title: `a codec beside a record for the same way, ${method}()`,
      code: `Eshm.${method}('robot', { record: Six, codec: { in: json } });`,
      says: /required in type 'ThatWayHasARecord'/,
      right: `Eshm.${method}('robot', { record: { out: Six }, codec: { in: json } });`,
    },
  ]),
  {
    title: 'an encoding beside a record that is observed',
    code: `Eshm.observe('robot', { encoding: 'utf8', record: Six });`,
    says: /'"utf8"' is not assignable to type '"utf8" & EachWayHasARecordOrCodec'/,
    right: `Eshm.observe('robot', { encoding: 'utf8', record: { s2m: Six } });`,
  },
  {
    title: 'an encoding beside a record and a codec that are observed',
    code: `Eshm.observe('robot', { encoding: 'utf8', record: { m2s: Six }, codec: { s2m: json } });`,
    says: /'"utf8"' is not assignable to type '"utf8" & EachWayHasARecordOrCodec'/,
    right: `Eshm.observe('robot', { record: { m2s: Six }, codec: { s2m: json } });`,
  },
  {
    title: 'a codec beside a record for the same way that is observed',
    code: `Eshm.observe('robot', { record: Six, codec: json });`,
    says: /required in type 'ThatWayHasARecord'/,
    right: `Eshm.observe('robot', { codec: json });`,
  },
  {
    title: 'a field that is written and is none, in the words of the struct',
    code: 'six.write({ q: [1, 2, 3, 4, 5, 6], r: 1 });',
    says: /'r' does not exist in type '.*\{ readonly q: GivenElements<number, 6>; \}'/,
    right: 'six.write({ q: [1, 2, 3, 4, 5, 6] });',
  },
  {
    title: 'a field that is missing, in the words of the struct',
    code: 'const given: GivenOf<typeof Wheel> = { rpm: 1 };',
    says: /'slip' is missing in type '\{ rpm: number; \}' but required in type '\{ readonly rpm: number; /,
    right: 'const given: GivenOf<typeof Wheel> = { rpm: 1, slip: [0, 0] };',
  },
  {
    title: 'a field that was not read, in the words of the struct',
    code: 'poses.view((pose) => pose.wheel.rpn);',
    says: /'rpn' does not exist on type '\{ readonly rpm: number; readonly slip: ArrayView<number, number, 2>; \}'/,
    right: 'poses.view((pose) => pose.wheel.rpm);',
  },
  {
    title: 'a field that the other way has, of a message that is observed',
    code: `for await (const { direction, data } of observer) if (direction === 'm2s') data.q;`,
    says: /Property 'q' does not exist on type '\{ rpm: number; slip: \[number, number\]; \}'/,
    right: `for await (const { direction, data } of observer) if (direction === 's2m') data.q;`,
  },
  {
    title: 'a field of one way, of a message that is observed and may go either way',
    code: 'for await (const message of observer) message.data.rpm;',
    says: /Property 'rpm' does not exist on type/,
    right: `for await (const message of observer) if (message.direction === 'm2s') message.data.rpm;`,
  },
  {
    title: 'a field that is set in a view',
    code: 'poses.view((pose) => { pose.x = 1; });',
    says: /Cannot assign to 'x' because it is a read-only property/,
    right: 'poses.update((pose) => { pose.x = 1; });',
  },
  {
    title: 'a field of a record in a record that is set in a view',
    code: 'poses.view((pose) => { pose.wheel.rpm = 1; });',
    says: /Cannot assign to 'rpm' because it is a read-only property/,
    right: 'poses.update((pose) => { pose.wheel.rpm = 1; });',
  },
  {
    title: 'an element that is set in a view',
    code: 'poses.view((pose) => { pose.q[0] = 1; });',
    says: /Index signature in type 'ArrayView<.*>' only permits reading/,
    right: 'poses.update((pose) => { pose.q[0] = 1; });',
  },
  {
    title: 'elements that are set in a view',
    code: 'poses.view((pose) => { pose.q.set([1, 2, 3, 4, 5, 6]); });',
    says: /Property 'set' does not exist on type 'ArrayView<number, number, 6>'/,
    right: 'poses.update((pose) => { pose.q.set([1, 2, 3, 4, 5, 6]); });',
  },
  {
    title: 'a record in an array that is set in a view',
    code: 'poses.view((pose) => { pose.wheels.at(0).slip.put(0, 1); });',
    says: /Property 'put' does not exist on type 'ArrayView</,
    right: 'poses.update((pose) => { pose.wheels.at(0).slip.put(0, 1); });',
  },
  {
    title: 'a set of flags that is changed in a view',
    code: `poses.view((pose) => { pose.set.push('armed'); });`,
    says: /Property 'push' does not exist on type 'readonly/,
    right: `poses.update((pose) => { pose.set = ['armed']; });`,
  },
  {
    title: 'an array that is too short',
    code: 'six.write({ q: [1, 2, 3] });',
    says: /Source has 3 element\(s\) but target requires 6/,
    right: 'six.write({ q: [1, 2, 3, 4, 5, 6] });',
  },
  {
    title: 'an array that is too long',
    code: 'six.write({ q: [1, 2, 3, 4, 5, 6, 7] });',
    says: /Source has 7 element\(s\) but target allows only 6/,
    right: 'six.write({ q: new Float32Array(6) });',
  },
  {
    title: 'an array of the wrong elements',
    code: `six.write({ q: ['1', 2, 3, 4, 5, 6] });`,
    says: /'string' is not assignable to type 'number'/,
    right: 'six.write({ q: [1, 2, 3, 4, 5, 6].map(Math.abs) });',
  },
  {
    title: 'elements in place that are too few',
    code: 'six.update((pose) => pose.q.set([1, 2, 3]));',
    says: /Argument of type '\[number, number, number\]' is not assignable to parameter of type 'GivenElements<number, 6>'/,
    right: 'six.update((pose) => pose.q.set([1, 2, 3, 4, 5, 6]));',
  },
  {
    title: 'bytes that are too few',
    code: `record('Raw', { raw: bytes(4) }).encode({ raw: [1, 2, 3] });`,
    says: /Source has 3 element\(s\) but target requires 4/,
    right: `record('Raw', { raw: bytes(4) }).encode({ raw: Uint8Array.of(1, 2, 3, 4) });`,
  },
  {
    title: 'an array in an array that is too short',
    code: `record('Grid', { grid: array(array(u8, 2), 2) }).encode({ grid: [[1, 2], [3]] });`,
    says: /Source has 1 element\(s\) but target requires 2/,
    right: `record('Grid', { grid: array(array(u8, 2), 2) }).encode({ grid: [[1, 2], [3, 4]] });`,
  },
  {
    title: 'an element beyond the end of what was read',
    code: 'six.readSync().q[6];',
    says: /Tuple type '\[number, number, number, number, number, number\]' of length '6' has no element at index '6'/,
    right: 'six.readSync().q[5].toFixed();',
  },
];

/** The options of a strict project, which has the declarations of its packages checked too. */
const STRICT =
  '--ignoreConfig --noEmit --pretty false --strict --noUncheckedIndexedAccess --exactOptionalPropertyTypes --module nodenext --target es2023 --types node'.split(
    ' ',
  );

describe('types refuse', () => {
  let programs: Programs;
  /** What the compiler says of each file: the lines of each of its errors. */
  const errors = new Map<string, string[][]>();

  before(async () => {
    programs = new Programs();
    const files = MISTAKES.flatMap(({ code, right }, number) => {
      programs.write(`wrong-${number}.mts`, `${HEAD}${code}\n`);
      programs.write(`right-${number}.mts`, `${HEAD}${right}\n`);
      return [`wrong-${number}.mts`, `right-${number}.mts`];
    });
    const tsc = join(repoRoot, 'node_modules/typescript/bin/tsc');
    const { output } = await programs.start(process.execPath, [tsc, ...STRICT, ...files]);
    let error: string[] = [];
    for (const line of output.trimEnd().split('\n')) {
      const file = /^(\S+\.mts)\(/.exec(line)?.[1];
      if (file === undefined) error.push(line);
      else {
        error = [line];
        errors.set(file, [...(errors.get(file) ?? []), error]);
      }
    }
  });
  after(() => programs.dispose());

  for (const [number, { title, code, says, right, most = MOST }] of MISTAKES.entries()) {
    it(title, () => {
      assert.deepEqual(errors.get(`right-${number}.mts`) ?? [], [], right);
      const found = errors.get(`wrong-${number}.mts`) ?? [];
      assert.equal(found.length, 1, `${code} is one error, found ${JSON.stringify(found)}`);
      const [lines] = found;
      const text = lines!.join('\n');
      assert.equal(/\((\d+),/.exec(text)?.[1], String(HEAD.split('\n').length), text);
      assert.match(text, says);
      assert.ok(lines!.length <= 4 && text.length <= most, `a page of types:\n${text}`);
    });
  }
});
