/** One HTML file about a dataset: opens by double-click, needs no network, runs no script. */

import { percentTenths } from '../metrics/percent.js';

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
/** In one line. */
const percent = (p: number | null): string => percentTenths(p).replace(' ', '\u00a0');

const style = `
:root{color-scheme:light dark;--line:#8883;--quiet:color-mix(in srgb,CanvasText 62%,Canvas);--card:color-mix(in srgb,CanvasText 4%,Canvas);--accent:#2f7d5b;--bar:#5fae8b}
@media (prefers-color-scheme:dark){:root{--accent:#7fd0ab;--bar:#3f8f6c}}
*{box-sizing:border-box}
body{font:15px/1.5 system-ui,sans-serif;max-width:1080px;margin:0 auto;padding:2rem 1rem 4rem}
h1{font-size:1.8rem;margin:0 0 .2rem;overflow-wrap:anywhere}h2{font-size:1.2rem;margin:2.4rem 0 .6rem}
.quiet{color:var(--quiet)}p{margin:.3rem 0}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:.8rem;margin:1.2rem 0 0;padding:0;list-style:none}
.figures li{background:var(--card);border-radius:8px;padding:.8rem 1rem}.figures strong{display:block;font-size:1.7rem;line-height:1.2;color:var(--accent)}
table{border-collapse:collapse}th,td{padding:.3rem .7rem;border-bottom:1px solid var(--line);text-align:right}
th:first-child,td:first-child{text-align:left;overflow-wrap:anywhere;min-width:6em}td.right{font-weight:600}td.zero{color:var(--quiet)}
.bars{width:100%}.bars td.bar{width:45%;text-align:left}.bar meter{width:100%;height:.8rem;accent-color:var(--bar)}
.scroll{overflow-x:auto}.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(180px,1fr));gap:.8rem;list-style:none;padding:0}
.grid li{background:var(--card);border-radius:8px;padding:.6rem;overflow-wrap:anywhere;font-size:.85rem}
.grid img{width:100%;height:130px;object-fit:contain;margin-bottom:.3rem}
details{border-bottom:1px solid var(--line);padding:.5rem 0}summary{cursor:pointer}summary strong{margin-right:.4rem}
details ul{margin:.4rem 0 .6rem;padding-left:1.2rem;overflow-wrap:anywhere}`;

/** The page. All names are escaped; images come as data URIs. */
export const reportHtml = (content: ReportContent): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${text(content.name)} – Winnow report</title><style>${style}</style></head><body>
<h1>${text(content.name)}</h1><p class="quiet">Winnow report, ${text(content.at)}. Every photo was judged by models that had not seen it, nor its near duplicates.</p>
${figuresSection(content)}
${classesSection(content.classes)}
${content.judged ? confusionSection(content.judged.vocab, content.judged.matrix) + photosSection(content.judged.photos) : ''}
${findingsSection(content.findings)}
</body></html>
`;

/** What a reader wants to know first. */
const figuresSection = ({ classes, judged, findings }: ReportContent): string => {
  const photos = classes.reduce((sum, { count }) => sum + count, 0);
  const doubtful = findings.filter(({ kind }) => kind === 'label-issue').length;
  const figures: readonly (readonly [figure: string, what: string])[] = [
    [String(photos), `photos in ${String(classes.length)} ${classes.length === 1 ? 'class' : 'classes'}`],
    ...(judged ? [[percent(judged.accuracy), 'get the label that they have'] as const] : []),
    ...(judged ? [[String(doubtful), doubtful === 1 ? 'label looks wrong' : 'labels look wrong'] as const] : []),
    [String(findings.length), findings.length === 1 ? 'finding in all' : 'findings in all'],
  ];
  const items = figures.map(([figure, what]) => `<li><strong>${text(figure)}</strong>${text(what)}</li>`).join('');
  const network = judged
    ? `<p class="quiet">The photos were looked at by the network <em>${text(judged.backbone)}</em>.</p>`
    : '<p>This dataset has not been trained yet.</p>';
  return `<ul class="figures">${items}</ul>${network}`;
};

const classesSection = (classes: ReportContent['classes']): string => {
  const most = Math.max(1, ...classes.map(({ count }) => count));
  const rows = classes.map(
    ({ label, count, recall }) =>
      `<tr><th scope="row">${text(label)}</th><td class="bar"><meter min="0" max="${String(most)}" value="${String(count)}" aria-hidden="true"></meter></td><td>${String(count)}</td><td>${percent(recall)}</td></tr>`,
  );
  return `<h2>Classes</h2><table class="bars"><thead><tr><th scope="col">class</th><td></td><th scope="col">photos</th><th scope="col">found again</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>`;
};

/** Kinds in the order of the list, each with its photos and why. */
const findingsSection = (findings: ReportContent['findings']): string => {
  const kinds = [...new Set(findings.map(({ kind }) => kind))];
  const sections = kinds.map((kind) => {
    const own = findings.filter((finding) => finding.kind === kind);
    const rows = own.map(
      ({ paths, why }) => `<li>${paths.map(text).join(', ')}<br><span class="quiet">${text(why)}</span></li>`,
    );
    return `<details><summary><strong>${text(kind)}</strong>${String(own.length)}</summary><ul>${rows.join('')}</ul></details>`;
  });
  return `<h2>Findings (${String(findings.length)})</h2>
${findings.length === 0 ? '<p>Nothing found.</p>' : sections.join('\n')}`;
};

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
