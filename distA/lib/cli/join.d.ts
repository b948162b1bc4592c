import { Option } from 'commander';
import { Eshm, type EshmOptions } from '../index.js';
/** The roles of the shell's ends. `auto` is the slave where a live master is, else the master. */
export type CliRole = 'master' | 'slave' | 'auto';
/** The option `--role`. */
export declare function roleOption(byDefault: CliRole): Option;
/**
 * Opens an end of the channel and waits until the other side is there.
 *
 * @param timeoutMs - how long to wait; a slave waits 5 s for its master where it is not given, a master waits for ever
 * @throws {EshmError} ESHM_TIMEOUT and what `Eshm.open` throws
 */
export declare function join(name: string, role: CliRole, timeoutMs: number | undefined, options: EshmOptions): Promise<Eshm>;
