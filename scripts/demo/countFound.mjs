/**
 * The key in the words of the gathered dataset: a picture that was gathered has another path now; one that was turned
 * away keeps the address it was offered at.
 */
export const gatheredKey = (key, rows) => {
  const places = gatheredPaths(rows);
  const planted = Object.entries(key.planted).map(([kind, paths]) => [
    kind,
    paths.map((path) => places.get(path) ?? path),
  ]);
  return { ...key, planted: Object.fromEntries(planted) };
};

/** Where each picture of the sample lies now, by its path there; the same path where it was turned away. */
export const gatheredPaths = (rows) => new Map(rows.map((row) => [offeredAt(row), row.path ?? offeredAt(row)]));

/** `class/name`, as the sample's own folder has it. */
const lastTwo = (address) => address.split(/[\\/]/).slice(-2).join('/');
const offeredAt = ({ url }) => lastTwo(url);

const brokenReasons = new Set(['empty', 'not-an-image', 'unsupported-format', 'truncated', 'corrupt', 'lfs-pointer']);

/**
 * Of the planted mistakes, how many were found, by finding kind: by a finding, or by the gathering that turned the
 * picture away. 'label-issue' counts the planted wrong labels among the first 1.5 × planted of the top losses: what a
 * person sees first. 'out-of-domain' counts the foreign pictures that are answered with "never seen anything like it".
 * @param predictions answers about the unlabelled pictures.
 */
export const countFound = (key, { findings, top, rows = [], predictions }) => {
  const ofKind = (kind) => findings.filter((finding) => finding.kind === kind);
  const pathsOf = (kind) => ofKind(kind).flatMap((finding) => finding.items.map((item) => item.path));
  const turnedAway = (isIt) => rows.filter(({ reason }) => isIt(reason)).map(offeredAt);
  const seenBy = {
    'label-issue': () => top.flatMap((item) => [item.path, ...item.copies]),
    'bad-image': () => [...pathsOf('bad-image'), ...turnedAway((reason) => brokenReasons.has(reason))],
    'exact-duplicate': () => [...pathsOf('exact-duplicate'), ...turnedAway((reason) => reason === 'exact-duplicate')],
    'near-duplicate': () => [...pathsOf('near-duplicate'), ...turnedAway((reason) => reason === 'near-duplicate')],
    tiny: () => [...pathsOf('tiny'), ...turnedAway((reason) => reason === 'too-small')],
    'out-of-domain': () =>
      predictions.filter(({ certainty }) => certainty === 'unseen').map(({ path }) => lastTwo(path)),
    'class-imbalance': () => ofKind('class-imbalance').map(({ label }) => label),
    // The sentence begins with the property.
    shortcut: () => ofKind('shortcut').map(({ why }) => why.slice(0, why.indexOf(' alone '))),
  };
  const planted = {};
  const found = {};
  for (const [kind, those] of Object.entries(key.planted)) {
    planted[kind] = those.length;
    const seen = new Set(seenBy[kind]?.() ?? pathsOf(kind));
    found[kind] = those.filter((one) => seen.has(one)).length;
  }
  return { planted, found };
};
