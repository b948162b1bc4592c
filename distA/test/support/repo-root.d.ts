/** The folder of this package's package.json. Tests run from dist/, whose depth is nobody's business. */
export declare const repoRoot: string;
