import { type Encoding, Eshm, type EshmOptions } from '../../lib/index.js';
export declare function endpoints(options: EshmOptions<Encoding>): Promise<void>;
export declare function reads(bytes: Eshm, text: Eshm<string>): Promise<void>;
export declare function writes(bytes: Eshm, text: Eshm<string>): Promise<void>;
export declare function events(endpoint: Eshm): void;
