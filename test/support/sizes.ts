/** Whether this is `npm run test:long`, which does in full what other runs cut down. */
export const isLong: boolean = process.env.ESHM_TESTS === 'long';

/** How much a test does: in every run, and in the long one. */
export function size<Amount>({ short, long }: { readonly short: Amount; readonly long: Amount }): Amount {
  return isLong ? long : short;
}
