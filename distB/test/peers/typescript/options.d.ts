import type { EshmOptions } from '../../../lib/index.js';
/** The words after `open ROLE NAME` as options; `watch` is the peer's own. */
export declare function openOptions(role: string | undefined, words: readonly string[]): EshmOptions & {
    watch: boolean;
};
