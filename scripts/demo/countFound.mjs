/**
 * The key in the words of the gathered dataset: a picture that was gathered has another path now; one that was turned
 * away keeps the address it was offered at.
 */
export const gatheredKey = (key, rows) => {
  const places = new Map(rows.map((row) => [offeredAt(row), row.path ?? offeredAt(row)]));
  const planted = Object.entries(key.planted).map(([kind, paths]) => [
    kind,
    paths.map((path) => places.get(path) ?? path),
  ]);
  return { ...key, planted: Object.fromEntries(planted) };
};

/** `class/name`, as the sample's own folder has it. */
const offeredAt = ({ url }) => url.split('/').slice(-2).join('/');

const brokenReasons = new Set(['empty', 'not-an-image', 'unsupported-format', 'truncated', 'corrupt', 'lfs-pointer']);

/**
 * Of the planted mistakes, how many were found, by finding kind: by a finding, or by the gathering that turned the
 * picture away. 'label-issue' counts the planted wrong labels among the first 1.5 × planted of the top losses: what a
 * person sees first.
 */
export const countFound = (key, findings, topItems, rows) => {
  const turnedAway = (isIt) => rows.filter(({ reason }) => isIt(reason)).map(offeredAt);
  const pathsOf = (kind) =>
    findings.filter((finding) => finding.kind === kind).flatMap((finding) => finding.items.map((item) => item.path));
  const seenBy = {
    'label-issue': () => topItems.flatMap((item) => [item.path, ...item.copies]),
    'bad-image': () => [...pathsOf('bad-image'), ...turnedAway((reason) => brokenReasons.has(reason))],
    'exact-duplicate': () => [...pathsOf('exact-duplicate'), ...turnedAway((reason) => reason === 'exact-duplicate')],
    'near-duplicate': () => [...pathsOf('near-duplicate'), ...turnedAway((reason) => reason === 'near-duplicate')],
    tiny: () => [...pathsOf('tiny'), ...turnedAway((reason) => reason === 'too-small')],
  };
  const planted = {};
  const found = {};
  for (const [kind, paths] of Object.entries(key.planted)) {
    planted[kind] = paths.length;
    const seen = new Set(seenBy[kind]?.() ?? pathsOf(kind));
    found[kind] = paths.filter((path) => seen.has(path)).length;
  }
  return { planted, found };
};
