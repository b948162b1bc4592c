/**
 * Items: messages of the original's data handler, which the C++ and Python programs of ESHM 1.0 send: typed values with a
 * key, events, function calls, image frames.
 *
 * Knows their bytes, and of an endpoint that it sends items and gives messages of them. Must not know segments, channels or
 * the endpoint itself.
 *
 * @module eshm/items
 */
/// <reference types="node" preserve="true" />
export { type AnswerFunction, type AnswerOptions, answerCalls } from './answer.js';
export { CallError, type CallOptions, call } from './call.js';
export { type ItemsCodec, type ItemsOptions, items } from './codec.js';
export type {
  ItemsEndpoint,
  ItemsMessage,
  ItemsSendOptions,
} from './endpoint.js';
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
