import { describe } from '../../layout/describe.js';
import { noElement } from './faults.js';
import type { LiveArray } from './kinds.js';

/** What a live array does with one of its elements; the index is a good one. */
export interface Elements {
  readonly length: number;
  get(index: number): unknown;
  set(index: number, value: never): void;
  copy(index: number): unknown;
  /** A copy of all; one by one where it is not there. */
  copyAll?(): unknown[];
  /** Sets all, or throws what is wrong with one and sets none; `values` are as many as there are. */
  setAll?(values: ArrayLike<unknown>): void;
}

const ELEMENTS = Symbol('elements');

interface HasElements {
  readonly [ELEMENTS]: Elements;
  readonly label: string;
}

const asIndex = (key: string | symbol): number =>
  typeof key === 'string' && /^(0|[1-9]\d*)$/.test(key) ? Number(key) : -1;

/**
 * Where indices end up that are no property of the array: `q[0]`. Behind the methods in the chain of prototypes, so that
 * only indices pay for it.
 */
const INDICES = new Proxy(Object.create(null) as object, {
  get(_target, key, receiver: HasElements) {
    const index = asIndex(key);
    if (index < 0) return undefined;
    const elements = receiver[ELEMENTS];
    // As any array has it. A method that is asked for an index that is not there throws.
    return index < elements.length ? elements.get(index) : undefined;
  },
  set(_target, key, value, receiver: HasElements) {
    const index = asIndex(key);
    const elements = receiver[ELEMENTS];
    if (index < 0 || index >= elements.length)
      throw noElement(receiver.label, index < 0 ? key : index, elements.length);
    elements.set(index, value as never);
    return true;
  },
  has: (_target, key) => asIndex(key) >= 0,
});

/** The elements of an array field, in place; see {@link LiveArray}. Belongs to the record's thread. */
class LiveElements implements HasElements {
  readonly [ELEMENTS]: Elements;
  readonly length: number;
  readonly label!: string;

  constructor(elements: Elements, label: string) {
    this[ELEMENTS] = elements;
    this.length = elements.length;
    Object.defineProperty(this, 'label', { value: label });
    Object.defineProperty(this, ELEMENTS, { enumerable: false });
  }

  at(index: number): unknown {
    if (!(index >= 0 && index < this.length) || index % 1 !== 0)
      throw noElement(this.label, index, this.length);
    return this[ELEMENTS].get(index);
  }

  put(index: number, value: unknown): void {
    if (!(index >= 0 && index < this.length) || index % 1 !== 0)
      throw noElement(this.label, index, this.length);
    this[ELEMENTS].set(index, value as never);
  }

  set(values: ArrayLike<unknown>): void {
    const { length } = this;
    if (typeof values !== 'object' || values === null || typeof values.length !== 'number') {
      throw new TypeError(
        `Cannot set ${this.label}: value is ${describe(values)}, expected an array of ${length}`,
      );
    }
    if (values.length !== length) {
      throw new RangeError(
        `Cannot set ${this.label}: value has ${values.length} elements, expected ${length}`,
      );
    }
    const elements = this[ELEMENTS];
    if (elements.setAll !== undefined) elements.setAll(values);
    else for (let i = 0; i < length; i++) elements.set(i, values[i] as never);
  }

  copy(): unknown[] {
    const elements = this[ELEMENTS];
    if (elements.copyAll !== undefined) return elements.copyAll();
    return Array.from({ length: this.length }, (_, i) => elements.copy(i));
  }

  *[Symbol.iterator](): Generator<unknown> {
    for (let i = 0; i < this.length; i++) yield this[ELEMENTS].get(i);
  }
}
Object.setPrototypeOf(LiveElements.prototype, INDICES);

/** A live array over `elements`; `label` is what errors call it. */
export function liveArray(elements: Elements, label: string): LiveArray<unknown, unknown, unknown> {
  return new LiveElements(elements, label) as never;
}
