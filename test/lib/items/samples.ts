import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { GivenSimpleItem, Item, SimpleItem, SimpleValue } from '../../../lib/items/index.js';
import { repoRoot } from '../../support/repo-root.js';

/** A message that one of the original's encoders made of given items. */
export interface Vector {
  readonly name: string;
  readonly items: readonly Item[];
  readonly bytes: Buffer;
}

/** What the vectors have for one value. */
interface Written {
  readonly type: Item['type'];
  readonly key: string;
  readonly value?: unknown;
  readonly hex?: string;
  readonly name?: string;
  readonly parameters?: Readonly<Record<string, Written>>;
  readonly arguments?: readonly Written[];
  readonly width?: number;
  readonly height?: number;
  readonly channels?: number;
  readonly timestampNs?: string;
}

/** The vectors of one of the encoders. */
export function vectors(encoder: 'cpp' | 'python'): Vector[] {
  const file = join(repoRoot, 'test/vectors/items', `${encoder}.json`);
  const found: { name: string; items: Written[]; hex: string }[] = JSON.parse(readFileSync(file, 'utf8'));
  return found.map(({ name, items, hex }) => ({
    name,
    items: items.map(itemOf),
    bytes: Buffer.from(hex, 'hex'),
  }));
}

function itemOf(written: Written): Item {
  const { type, key } = written;
  switch (type) {
    case 'event': {
      const parameters = Object.entries(written.parameters!).map(
        ([key, parameter]) => itemOf({ ...parameter, key }) as SimpleItem,
      );
      return { type, key, value: { name: written.name!, parameters } };
    }
    case 'functionCall': {
      const values = written.arguments!.map((argument) => (itemOf(argument) as SimpleItem).value);
      return { type, key, value: { name: written.name!, arguments: values } };
    }
    case 'imageFrame': {
      const { width, height, channels, timestampNs } = written;
      const data = Buffer.from(written.hex!, 'hex');
      const value = {
        width: width!,
        height: height!,
        channels: channels!,
        timestampNs: BigInt(timestampNs!),
        data,
      };
      return { type, key, value };
    }
    default:
      return { type, key, value: simpleOf(written) } as SimpleItem;
  }
}

function simpleOf({ type, value, hex }: Written): SimpleValue {
  if (type === 'integer') return BigInt(value as string);
  if (type === 'binary') return Buffer.from(hex!, 'hex');
  if (value === 'nan') return Number.NaN;
  if (value === '-inf') return Number.NEGATIVE_INFINITY;
  return value as SimpleValue;
}

/** Two messages of the one shape that all encoders know: what the interop programs of 1.0 send. */
export function telemetry(counter: number | bigint, source: string): GivenSimpleItem[] {
  return [
    { type: 'integer', key: 'counter', value: counter },
    { type: 'real', key: 'temperature', value: 20 + Number(counter) / 8 },
    { type: 'boolean', key: 'enabled', value: Number(counter) % 2 === 0 },
    { type: 'string', key: 'status', value: 'OK' },
    { type: 'string', key: 'source', value: source },
  ];
}

/** An object like those that are read: fast-check would make some without a prototype. */
function object<T extends object, K extends keyof T = keyof T>(
  fields: { [Field in keyof T]: fc.Arbitrary<T[Field]> },
  required?: K[],
): fc.Arbitrary<Pick<T, K> & Partial<T>> {
  const options = { noNullPrototype: true, requiredKeys: required ?? (Object.keys(fields) as K[]) };
  return fc.record<T, K>(fields, options) as fc.Arbitrary<Pick<T, K> & Partial<T>>;
}

const key = fc.string({ unit: 'grapheme', maxLength: 60 });
const bytes = fc.uint8Array({ maxLength: 300 }).map((data) => Buffer.from(data));
const integer = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const text = fc.oneof(
  { weight: 9, arbitrary: fc.string({ unit: 'grapheme', maxLength: 50 }) },
  fc.string({ unit: 'grapheme-ascii', minLength: 120, maxLength: 300 }),
);

const simpleValue = (real: fc.Arbitrary<number>): fc.Arbitrary<SimpleValue> =>
  fc.oneof(integer, fc.boolean(), real, text, bytes);

function simpleItem(real: fc.Arbitrary<number>): fc.Arbitrary<SimpleItem> {
  const as = <Type extends SimpleItem['type']>(type: Type, value: fc.Arbitrary<unknown>) =>
    object({ type: fc.constant(type), key, value }) as fc.Arbitrary<SimpleItem>;
  return fc.oneof(
    as('integer', integer),
    as('boolean', fc.boolean()),
    as('real', real),
    as('string', text),
    as('binary', bytes),
  );
}

/** Any list of items that a dialect can say: -0.0 is 0.0 in those of the original, and Python's has simple types only. */
export function anyItems(dialect: 'c++' | 'python' | undefined): fc.Arbitrary<Item[]> {
  const real = dialect === undefined ? fc.double() : fc.double().map((value) => value + 0);
  const simple = simpleItem(real);
  if (dialect === 'python') return fc.array(simple, { maxLength: 12 });
  const extent = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  const other: fc.Arbitrary<Item> = fc.oneof(
    object({
      type: fc.constant('event' as const),
      key,
      value: object({ name: text, parameters: fc.array(simple, { maxLength: 4 }) }),
    }),
    object({
      type: fc.constant('functionCall' as const),
      key,
      value: object(
        {
          name: text,
          arguments: fc.array(simpleValue(real), { maxLength: 4 }),
          result: simpleValue(real),
        },
        ['name', 'arguments'],
      ),
    }),
    object({
      type: fc.constant('imageFrame' as const),
      key,
      value: object({
        width: extent,
        height: extent,
        channels: extent,
        timestampNs: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        data: bytes,
      }),
    }),
    object({
      type: fc.integer({ min: -(2 ** 53) + 1, max: 2 ** 53 - 1 }).filter((type) => type < 0 || type > 7),
      key,
      bytes: bytes.map((data) => Buffer.concat([Buffer.of(0x80, 0x82, data.length >> 8, data.length), data])),
    }),
  );
  return fc.array(fc.oneof(simple, other), { maxLength: 8 });
}
