/** Names that a declaration has in JavaScript, C, C++ and Python. */
import { describe } from '../../layout/describe.js';

/** A name that is a property's in JavaScript and a member's in C. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** One or more of them, as C++ puts them together. */
const NAMESPACE = /^[A-Za-z_][A-Za-z0-9_]*(::[A-Za-z_][A-Za-z0-9_]*)*$/;

/**
 * Checks the name of a record, of a field or of an enumeration: a property of an accessor, and a member in C and Python.
 *
 * @throws {TypeError} for what is no string
 * @throws {RangeError} for what is no identifier, or what every object has already
 */
export function checkName(what: string, name: unknown): asserts name is string {
  if (typeof name !== 'string') {
    throw new TypeError(`Cannot declare ${what}: its name is ${describe(name)}, expected a string`);
  }
  if (!NAME.test(name)) {
    throw new RangeError(
      `Cannot declare ${what}: its name is '${name}', expected letters, digits and _ only, no digit first`,
    );
  }
  if (name in Object.prototype) {
    throw new RangeError(
      `Cannot declare ${what}: its name is '${name}', which every object in JavaScript has already, expected another`,
    );
  }
}

/**
 * Checks the namespace of a record or of an enumeration.
 *
 * @throws {TypeError} for what is no string
 * @throws {RangeError} for what is no namespace
 */
export function checkNamespace(what: string, namespace: unknown): asserts namespace is string {
  if (typeof namespace !== 'string') {
    throw new TypeError(`Cannot declare ${what}: namespace is ${describe(namespace)}, expected a string`);
  }
  if (namespace !== '' && !NAMESPACE.test(namespace)) {
    throw new RangeError(
      `Cannot declare ${what}: namespace is '${namespace}', expected names as C++ has them, for example 'robot::arm'`,
    );
  }
}
