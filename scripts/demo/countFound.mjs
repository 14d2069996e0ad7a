/**
 * Of the planted mistakes, how many were found, by finding kind.
 * 'label-issue' counts the planted wrong labels among the first 1.5 × planted of the top losses: what a person sees first.
 */
export const countFound = (key, findings, topItems) => {
  const pathsOf = (kind) =>
    new Set(
      findings.filter((finding) => finding.kind === kind).flatMap((finding) => finding.items.map((item) => item.path)),
    );
  const planted = {};
  const found = {};
  for (const [kind, paths] of Object.entries(key.planted)) {
    planted[kind] = paths.length;
    const seen =
      kind === 'label-issue' ? new Set(topItems.flatMap((item) => [item.path, ...item.copies])) : pathsOf(kind);
    found[kind] = paths.filter((path) => seen.has(path)).length;
  }
  return { planted, found };
};
