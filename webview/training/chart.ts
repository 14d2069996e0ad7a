/** A line chart of few lines: drawn with attributes alone, so that the page's policy needs no exception. The table says the same. */

import { nothing, svg, html, type TemplateResult } from 'lit';

export interface Line {
  readonly name: string;
  /** 'a' drawn through, 'b' dashed with dots: never told by colour alone. */
  readonly look: 'a' | 'b';
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface ChartOptions {
  readonly title: string;
  readonly lines: readonly Line[];
  /** Last value of x. */
  readonly width: number;
  /** Null = as the points need it. */
  readonly range: readonly [low: number, high: number] | null;
  readonly tell: (value: number) => string;
}

const [w, h] = [320, 150];
const edge = { left: 44, right: 8, top: 8, bottom: 8 };

export const chart = ({ title, lines, width, range, tell }: ChartOptions): TemplateResult => {
  const values = lines.flatMap(({ points }) => points.map(([, y]) => y));
  const [low, high] = range ?? around(values);
  const x = (value: number): number => edge.left + (value / Math.max(1, width)) * (w - edge.left - edge.right);
  const y = (value: number): number => h - edge.bottom - ((value - low) / (high - low)) * (h - edge.top - edge.bottom);
  const ticks = [low, (low + high) / 2, high];
  const last = lines.flatMap(({ name, points }) => (points.length > 0 ? [`${name} ${tell(points.at(-1)![1])}`] : []));
  return html`<figure class="chart">
    <figcaption>
      ${title}
      <span class="legend"
        >${lines.map(
          (line) =>
            html`<span
              ><svg width="22" height="8" aria-hidden="true">
                <line class="line-${line.look}" x1="0" x2="22" y1="4" y2="4" /></svg
              >${line.name}</span
            >`,
        )}</span
      >
    </figcaption>
    <svg
      viewBox="0 0 ${w} ${h}"
      role="img"
      aria-label=${`${title}: ${last.length > 0 ? last.join(', ') : 'nothing yet'}`}
    >
      ${ticks.map(
        (tick) =>
          svg`<line class="grid" x1=${edge.left} x2=${w - edge.right} y1=${y(tick)} y2=${y(tick)} /><text x=${edge.left - 5} y=${y(tick) + 3.5} text-anchor="end">${tell(tick)}</text>`,
      )}
      ${lines.map(({ look, points }) => lineOf(look, points, x, y))}
    </svg>
  </figure>`;
};

const lineOf = (
  look: Line['look'],
  points: Line['points'],
  x: (value: number) => number,
  y: (value: number) => number,
): TemplateResult | typeof nothing => {
  if (points.length === 0) return nothing;
  const path = points.map(([at, value]) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  const dots =
    look === 'b'
      ? points.map(([at, value]) => svg`<circle class="dot" cx=${x(at)} cy=${y(value)} r="2.5" />`)
      : nothing;
  return svg`<polyline class=${`line-${look}`} points=${path} />${dots}`;
};

const around = (values: readonly number[]): [number, number] => {
  if (values.length === 0) return [0, 1];
  const [low, high] = [Math.min(0, ...values), Math.max(...values)];
  return high - low < 1e-9 ? [low, low + 1] : [low, high + 0.05 * (high - low)];
};
