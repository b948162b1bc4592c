import assert from 'node:assert/strict';
import { InvalidArgumentError } from 'commander';
import fc from 'fast-check';
import {
  parseCount,
  parseDataSize,
  parseId,
  parseInterval,
  parseKey,
  parseMode,
  parseMs,
  parsePeriod,
  parseThreshold,
} from '../../../lib/cli/parse.js';
import { formatKey } from '../../../syscalls/index.js';

describe('values of options', () => {
  const good: [parse: (text: string) => number, text: string, value: number][] = [
    [parseKey, '124027678', 124027678],
    [parseKey, '-845880800', -845880800],
    [parseKey, '0xcd94e220', -845880800],
    [parseKey, '0XCD94E220', -845880800],
    [parseKey, '3449086496', -845880800],
    [parseKey, '-2147483648', -(2 ** 31)],
    [parseKey, ' 7 ', 7],
    [parseId, '0', 0],
    [parseId, '2147483647', 2 ** 31 - 1],
    [parseDataSize, '1', 1],
    [parseCount, '1', 1],
    [parseMs, '0', 0],
    [parsePeriod, '1', 1],
    [parseThreshold, '4294967295', 2 ** 32 - 1],
    [parseMode, '0640', 0o640],
    [parseMode, '777', 0o777],
    [parseInterval, '10', 10],
    [parseInterval, '3600000', 3_600_000],
  ];
  for (const [parse, text, value] of good) {
    it(`${parse.name}('${text}') is ${value}`, () => assert.equal(parse(text), value));
  }

  const bad: [parse: (text: string) => number, texts: string[]][] = [
    [parseKey, ['', 'abc', '0', '0x0', '-0', '4294967296', '-2147483649', '1.5', '1e3', '0x', '0b1', '--1']],
    [parseId, ['', '-1', '2147483648', '0x10', 'x']],
    [parseDataSize, ['0', '-1', '1.5', '99999999999']],
    [parseCount, ['0', '9007199254740992', '1e3', '']],
    [parseMs, ['-1', '2147483648', 'Infinity', '']],
    [parsePeriod, ['0', '2147483648']],
    [parseThreshold, ['0', '4294967296', '1.5']],
    [parseMode, ['', '8', '888', '66', '01666', '-66', '0o666', '1777']],
    [parseInterval, ['9', '3600001', '1.5']],
  ];
  for (const [parse, texts] of bad) {
    it(`${parse.name} refuses ${texts.map((text) => `'${text}'`).join(', ')}`, () => {
      for (const text of texts) assert.throws(() => parse(text), InvalidArgumentError, text);
    });
  }

  it('every key but 0 comes back, in decimal and as ipcs prints it', () => {
    fc.assert(
      fc.property(fc.integer(), (key) => {
        fc.pre(key !== 0);
        assert.equal(parseKey(`${key}`), key);
        assert.equal(parseKey(`${key >>> 0}`), key);
        assert.equal(parseKey(formatKey(key)), key);
      }),
    );
  });
});
