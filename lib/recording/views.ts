import { items } from '../items/index.js';
import type { AnyRecord } from '../record/index.js';
import { itemsJson, itemsSchema, type JsonSchema, recordJson, recordSchema } from './json.js';

/** A message as JSON. */
export interface View {
  /** Last word of its topic. */
  readonly title: string;
  readonly json: string;
  /** What its topic says of it, where this is the first message. */
  schema(): JsonSchema;
}

/** What messages are besides bytes: records, by their size, and items. */
export class Views {
  readonly #records: ReadonlyMap<number, AnyRecord>;
  readonly #items = items();
  readonly #wantsItems: boolean;

  /** @throws {RangeError} for two records of one size: nobody could tell which a message is */
  constructor(records: readonly AnyRecord[], wantsItems: boolean) {
    const bySize = new Map<number, AnyRecord>();
    for (const record of records) {
      const other = bySize.get(record.size);
      if (other !== undefined && other !== record) {
        throw new RangeError(
          `Cannot record: ${other.name} and ${record.name} both have ${record.size} bytes, expected records that a message can be told by; record their channels apart`,
        );
      }
      bySize.set(record.size, record);
    }
    this.#records = bySize;
    this.#wantsItems = wantsItems;
  }

  /** A message as JSON; `undefined` where it is none of what it may be. */
  of(message: Uint8Array): View | undefined {
    return this.#asRecord(message) ?? this.#asItems(message);
  }

  #asRecord(message: Uint8Array): View | undefined {
    const record = this.#records.get(message.length);
    if (record === undefined) return undefined;
    try {
      const json = recordJson(record, record.decode(message));
      return { title: record.name, json, schema: () => recordSchema(record) };
    } catch {
      return undefined;
    }
  }

  #asItems(message: Uint8Array): View | undefined {
    if (!this.#wantsItems) return undefined;
    try {
      const list = this.#items.decode(message);
      return { title: 'items', json: itemsJson(list), schema: () => itemsSchema(list) };
    } catch {
      return undefined;
    }
  }
}
