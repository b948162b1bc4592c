/** A subcommand as `eshm --help` lists it. */
export interface Outline {
  readonly name: string;
  /** `send [options] <name> [text]` */
  readonly term: string;
  readonly description: string;
}

/** All of them, in the order of `--help`: `scripts/outline.mjs` reads them off the commands at build time. */
export const OUTLINE: readonly Outline[];
