import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repoRoot } from './repo-root.js';
export const segmentVectors = readJson('segments.json');
export const sizeVectors = readJson('sizes.json');
export const keyVectors = readJson('keys.json');
/** Bytes of one of the images in test/vectors. */
export function readImage(file) {
    return readFileSync(vectorPath(file));
}
function readJson(file) {
    return JSON.parse(readFileSync(vectorPath(file), 'utf8'));
}
function vectorPath(file) {
    return join(repoRoot, 'test', 'vectors', file);
}
/** The same value with every `snake_case` property name in camelCase, at any depth. */
export function camelCase(value) {
    return JSON.parse(JSON.stringify(value), (_, part) => typeof part === 'object' && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).map(([name, field]) => [asCamelCase(name), field]))
        : part);
}
function asCamelCase(name) {
    return name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
}
//# sourceMappingURL=vectors.js.map