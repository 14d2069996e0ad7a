/** Numbers as people read them. */

/** '93 %'; never a false 0 or 100: '< 1 %', '> 99 %'. '–' for null. */
export const percent = (share: number | null): string => {
  if (share === null) return '–';
  if (share > 0 && share < 0.01) return '< 1 %';
  if (share < 1 && share > 0.99) return '> 99 %';
  return `${Math.round(share * 100)} %`;
};

/** '93.4 %'; never a false 0 or 100 either. */
export const percentFine = (share: number | null): string => {
  if (share === null) return '–';
  if (share > 0 && share < 0.0005) return '< 0.1 %';
  if (share < 1 && share > 0.9995) return '> 99.9 %';
  return `${(share * 100).toFixed(1)} %`;
};

/** '1 photo', '1,204 photos'. */
export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

export const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
