/** Shares, 0–1, in words; '–' for none. */

const inWords = (share: number | null, digits: number): string =>
  share === null ? '–' : `${(100 * share).toFixed(digits)} %`;

/** '84 %'. */
export const percent = (share: number | null): string => inWords(share, 0);

/** '83.7 %': where two models are compared. */
export const percentTenths = (share: number | null): string => inWords(share, 1);
