import { didYouMean as likeIt } from '../../store/index.js';
import { escapeText } from '../printing/text.js';

/** `; did you mean 'imu'?`, safe to print, or nothing. */
export function didYouMean(name: string | undefined): string {
  return name === undefined ? '' : escapeText(likeIt(name));
}
