/** One HTML file about a dataset: opens by double-click, needs no network, runs no script. */

export interface ReportPhoto {
  readonly path: string;
  readonly label: string;
  readonly prediction: string;
  readonly probability: number;
  readonly labelProbability: number;
  readonly surprise: number;
  readonly decision: string | null;
  /** `data:` URI of a thumbnail; null when there is none. */
  readonly thumb: string | null;
}

export interface ReportContent {
  readonly name: string;
  readonly at: string;
  readonly classes: readonly { readonly label: string; readonly count: number; readonly recall: number | null }[];
  /** Null before the first train. */
  readonly judged: {
    readonly accuracy: number;
    readonly backbone: string;
    readonly matrix: readonly (readonly number[])[];
    readonly vocab: readonly string[];
    readonly photos: readonly ReportPhoto[];
  } | null;
  readonly findings: readonly { readonly kind: string; readonly why: string; readonly paths: readonly string[] }[];
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Names come from files and people: they are text, never markup. */
const text = (value: string): string => value.replace(/[&<>"']/g, (character) => escapes[character] ?? '');
const percent = (p: number | null): string => (p === null ? '–' : `${(100 * p).toFixed(1)} %`);

const style = `
:root{color-scheme:light dark;--line:#8884;--quiet:#777}
body{font:15px/1.5 system-ui,sans-serif;max-width:1080px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;margin-bottom:.2rem}h2{font-size:1.15rem;margin-top:2rem}
.quiet{color:var(--quiet)}table{border-collapse:collapse}th,td{padding:.25rem .6rem;border-bottom:1px solid var(--line);text-align:right}
th:first-child,td:first-child{text-align:left}td.right{font-weight:600}td.zero{color:var(--quiet)}
.scroll{overflow-x:auto}.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(180px,1fr));gap:.8rem;list-style:none;padding:0}
.grid li{border:1px solid var(--line);border-radius:6px;padding:.5rem;overflow-wrap:anywhere;font-size:.85rem}
.grid img{width:100%;height:130px;object-fit:contain}.kind{font-weight:600;white-space:nowrap}`;

/** The page. All names are escaped; images come as data URIs. */
export const reportHtml = (content: ReportContent): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${text(content.name)} – Winnow report</title><style>${style}</style></head><body>
<h1>${text(content.name)}</h1><p class="quiet">Winnow report, ${text(content.at)}. Every photo was judged by models that had not seen it, nor its near duplicates.</p>
${content.judged ? `<p><strong>${percent(content.judged.accuracy)}</strong> of the photos get the label they have (backbone: ${text(content.judged.backbone)}).</p>` : '<p>This dataset has not been trained yet.</p>'}
<h2>Classes</h2><table><thead><tr><th scope="col">class</th><th scope="col">photos</th><th scope="col">recall</th></tr></thead><tbody>
${content.classes.map((row) => `<tr><td>${text(row.label)}</td><td>${String(row.count)}</td><td>${percent(row.recall)}</td></tr>`).join('\n')}
</tbody></table>
${content.judged ? confusionSection(content.judged.vocab, content.judged.matrix) + photosSection(content.judged.photos) : ''}
<h2>Findings (${String(content.findings.length)})</h2>
${content.findings.length === 0 ? '<p>Nothing found.</p>' : `<div class="scroll"><table><thead><tr><th scope="col">kind</th><th scope="col">photos</th></tr></thead><tbody>${content.findings.map(findingRow).join('\n')}</tbody></table></div>`}
</body></html>
`;

const findingRow = (finding: ReportContent['findings'][number]): string =>
  `<tr><td class="kind">${text(finding.kind)}</td><td>${finding.paths.map(text).join('<br>')}<br><span class="quiet">${text(finding.why)}</span></td></tr>`;

const confusionSection = (vocab: readonly string[], matrix: readonly (readonly number[])[]): string => `
<h2>Confusion matrix</h2><p class="quiet">Rows: the label. Columns: the prediction.</p><div class="scroll"><table><thead><tr><th></th>${vocab
  .map((label) => `<th scope="col">${text(label)}</th>`)
  .join('')}</tr></thead><tbody>
${matrix
  .map(
    (row, i) =>
      `<tr><th scope="row">${text(vocab[i] ?? '')}</th>${row
        .map((count, j) => `<td class="${i === j ? 'right' : count === 0 ? 'zero' : ''}">${String(count)}</td>`)
        .join('')}</tr>`,
  )
  .join('\n')}
</tbody></table></div>`;

const photosSection = (photos: readonly ReportPhoto[]): string => `
<h2>Most surprising photos</h2><ul class="grid">
${photos
  .map(
    (photo) =>
      `<li>${photo.thumb === null ? '' : `<img alt="${text(photo.path)}" src="${photo.thumb}">`}<div>${text(photo.path)}</div>
<div>labelled <strong>${text(photo.label)}</strong> (${percent(photo.labelProbability)})</div><div>looks like <strong>${text(photo.prediction)}</strong> (${percent(photo.probability)})</div>
<div class="quiet">surprise ${String(photo.surprise)} of 100${photo.decision === null ? '' : `, ${text(photo.decision)}`}</div></li>`,
  )
  .join('\n')}
</ul>`;
