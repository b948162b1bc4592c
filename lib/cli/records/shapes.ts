import type { Kind } from '../../record/index.js';

/** A struct as a compiler has placed it. */
export interface StructShape {
  /** What it is called, without the namespaces it is in; `V3<double>`, or `Car_pos` for one without a name. */
  readonly name: string;
  /** The same with them, as a program writes it. */
  readonly qualified: string;
  /** The namespace that it is in; empty for none, and for one that is not the user's. */
  readonly namespace: string;
  readonly size: number;
  /** What `alignas` says, if it does. */
  readonly align: number | undefined;
  readonly members: readonly MemberShape[];
}

/** A member, or one of a base class or of a member without a name. */
export interface MemberShape {
  readonly name: string;
  readonly offset: number;
  readonly type: TypeShape;
}

/** A type: a kind, a struct, or an array of either. */
export type TypeShape =
  | { readonly kind: Kind }
  | { readonly struct: StructShape }
  | { readonly of: TypeShape; readonly length: number };
