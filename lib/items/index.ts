/**
 * Items: messages of the original's data handler, which the C++ and Python programs of ESHM 1.0 send: typed values with a
 * key, events, function calls, image frames.
 *
 * Knows their bytes. Must not know segments, channels or endpoints.
 *
 * @module eshm/items
 */
export { type ItemsCodec, type ItemsOptions, items } from './codec.js';
export { fromObject, toObject } from './objects.js';
export type {
  Dialect,
  EventValue,
  FunctionCallValue,
  GivenItem,
  GivenSimpleItem,
  GivenSimpleValue,
  ImageFrameValue,
  Item,
  ItemType,
  SimpleItem,
  SimpleValue,
  TypedItem,
  UnknownItem,
} from './types.js';
