import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type AnyRecord, isRecord } from '../../record/index.js';
import { foreignCodeLoaded } from '../foreign-code.js';
import { shellWord } from '../target.js';
import { withStdoutAside } from './aside.js';
import { declared } from './by-size.js';

/**
 * The records that a module exports, by their names in it. What the module prints while it is loaded goes to stderr.
 *
 * @throws {RangeError} for a file that is not there, cannot be loaded, or exports none
 */
export async function recordsIn(file: string): Promise<ReadonlyMap<string, AnyRecord>> {
  const path = resolve(file);
  if (!existsSync(path)) throw new RangeError(`Cannot load records: there is no file ${file}`);
  if (/\.h(h|pp|xx|\+\+)?$/i.test(path)) {
    const lang = /\.h$/i.test(path) ? ' --lang c' : '';
    const module = `${basename(file).replace(/\.[^.]*$/, '')}.mjs`;
    throw new RangeError(
      `Cannot load records: ${file} is a header, expected a module; make one of it: \`eshm header --from ${shellWord(file)}${lang} > ${shellWord(module)}\``,
    );
  }
  if (/\.[cm]?ts$/.test(path) && !stripsTypes()) {
    throw new RangeError(
      `Cannot load records: ${file} is TypeScript, which Node ${process.versions.node} does not load, expected 22.18 or later; or compile it and give the .js`,
    );
  }
  let module: Record<string, unknown>;
  foreignCodeLoaded();
  try {
    module = await withStdoutAside(() => import(pathToFileURL(path).href));
  } catch (cause) {
    throw new RangeError(`Cannot load records: ${file}: ${(cause as Error)?.message ?? cause}`, { cause });
  }
  const records = new Map(
    Object.entries(module).filter((entry): entry is [string, AnyRecord] => isRecord(entry[1])),
  );
  if (records.size === 0) {
    throw new RangeError(
      `Cannot load records: ${file} exports none, expected one or more made by record() of eshm/record`,
    );
  }
  return records;
}

/** Whether this Node takes a file in TypeScript; its types do not know that yet. */
function stripsTypes(): boolean {
  return Boolean((process.features as { typescript?: string | false }).typescript);
}

/**
 * The record that `--as` names: `FILE.mjs#Pose`, or `FILE.mjs` where it exports one only.
 *
 * @throws {RangeError} as {@link recordsIn}, and for a name that is not exported
 */
export async function recordAs(as: string): Promise<AnyRecord> {
  const hash = as.lastIndexOf('#');
  const [file, name] = hash < 0 ? [as, undefined] : [as.slice(0, hash), as.slice(hash + 1)];
  const records = await recordsIn(file);
  const names = [...records.keys()].join(', ');
  if (name === undefined) {
    if (records.size === 1) return [...records.values()][0]!;
    throw new RangeError(`Cannot load record: ${file} exports ${names}, expected one of them: ${file}#NAME`);
  }
  const record = records.get(name);
  if (record === undefined) {
    throw new RangeError(`Cannot load record: ${file} exports no record '${name}', expected one of ${names}`);
  }
  return record;
}

/**
 * The records of all `--as` of a command that tells them apart by size: one by name, or all that a module exports.
 *
 * @throws {RangeError} as {@link recordAs}
 */
export async function everyRecordAs(as: readonly string[] | undefined): Promise<readonly AnyRecord[]> {
  const found = (as ?? []).map(async (one) =>
    one.includes('#') ? [await recordAs(one)] : [...(await recordsIn(one)).values()],
  );
  return (await Promise.all(found)).flat();
}

/**
 * The same for who shows each message as the record that has its size.
 *
 * @throws {RangeError} as {@link recordAs}, and for two of one size
 */
export async function recordsToTellApart(as: readonly string[] | undefined): Promise<readonly AnyRecord[]> {
  const records = await everyRecordAs(as);
  declared(records);
  return records;
}

/** Collects an option that may come several times. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** The records of all `--as`. */
export function recordsAs(as: readonly string[] | undefined): Promise<readonly AnyRecord[]> {
  return Promise.all((as ?? []).map(recordAs));
}
