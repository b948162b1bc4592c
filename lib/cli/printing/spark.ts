const BARS = [...'▁▂▃▄▅▆▇█'];
/** For terminals that show no UTF-8. */
const ASCII_BARS = [...'_.-=+*%#'];

/** Whether the user's locale is UTF-8. */
function isUtf8(): boolean {
  const { LC_ALL, LC_CTYPE, LANG } = process.env;
  const locale = LC_ALL || LC_CTYPE || LANG || '';
  return /utf-?8/i.test(locale);
}

/** Values as bars, the newest last, `width` of them at most; the tallest bar is the largest value. */
export function sparkline(values: readonly number[], width: number): string {
  const bars = isUtf8() ? BARS : ASCII_BARS;
  const shown = values.slice(-width);
  const most = Math.max(...shown, 0);
  return shown
    .map((value) => {
      if (value <= 0 || most === 0) return ' ';
      return bars[Math.min(bars.length - 1, Math.floor((value / most) * (bars.length - 0.01)))];
    })
    .join('');
}

/** A bar as long as `value` is of `most`; whatever is more than nothing is seen. */
export function bar(value: number, most: number, width: number): string {
  if (value <= 0) return '';
  return (isUtf8() ? '█' : '#').repeat(Math.max(1, Math.round((value / most) * width)));
}
