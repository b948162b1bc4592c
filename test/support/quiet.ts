/**
 * For tests that need the machine for themselves, because they measure time, load it, or look at all that is on it. A test
 * file that imports this one runs while no other does (`test/lanes`).
 */
export { unlessStarved as onQuietMachine } from './starved.js';
