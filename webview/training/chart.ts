/** A line chart of few lines: drawn with attributes alone, so that the page's policy needs no exception. The table says the same. */

import { nothing, svg, html, type TemplateResult } from 'lit';

export interface Line {
  readonly name: string;
  /** 'a' drawn through, 'b' dashed with dots: never told by colour alone. */
  readonly look: 'a' | 'b';
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** How x runs from left to right. */
export interface Axis {
  /** 0 = left, 1 = right. */
  readonly shareOf: (value: number) => number;
  /** Written below. */
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

/** From 0 to `last`; steps need no words. */
export const evenAxis = (last: number): Axis => ({ shareOf: (value) => value / Math.max(1, last), ticks: [] });

/** Each decade as wide as the next, with a tick at every second one. @param first > 0.  @param last > first. */
export const decadesAxis = (first: number, last: number): Axis => {
  const decades = Math.log10(last / first);
  const from = Math.ceil(Math.log10(first) - 1e-9);
  const to = Math.floor(Math.log10(last) + 1e-9);
  const powers = Array.from({ length: Math.floor((to - from) / 2) + 1 }, (_, nth) => from + 2 * nth);
  return {
    shareOf: (value) => Math.log10(value / first) / decades,
    ticks: powers.map((power) => ({ at: 10 ** power, text: `1e${power}` })),
  };
};

export interface ChartOptions {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly axis: Axis;
  /** A value of x that is pointed out; what it is stands in `text`. */
  readonly mark?: { readonly at: number; readonly text: string } | null;
  /** Null = as the points need it. */
  readonly range: readonly [low: number, high: number] | null;
  readonly tell: (value: number) => string;
}

const [w, h] = [320, 150];
const edge = { left: 44, right: 14, top: 8 };
/** Below the lines: with room for words where x has any. */
const footOf = ({ ticks }: Axis): number => (ticks.length > 0 ? 20 : 8);

export const chart = ({ title, lines, axis, mark, range, tell }: ChartOptions): TemplateResult => {
  const values = lines.flatMap(({ points }) => points.map(([, y]) => y));
  const [low, high] = range ?? around(values);
  const foot = h - footOf(axis);
  const x = (value: number): number => edge.left + axis.shareOf(value) * (w - edge.left - edge.right);
  const y = (value: number): number => foot - ((value - low) / (high - low)) * (foot - edge.top);
  const ticks = [low, (low + high) / 2, high];
  const told = mark ? `, ${mark.text}` : '';
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
      aria-label=${`${title}: ${last.length > 0 ? last.join(', ') : 'nothing yet'}${told}`}
    >
      ${ticks.map(
        (tick) =>
          svg`<line class="grid" x1=${edge.left} x2=${w - edge.right} y1=${y(tick)} y2=${y(tick)} /><text x=${edge.left - 5} y=${y(tick) + 3.5} text-anchor="end">${tell(tick)}</text>`,
      )}
      ${axis.ticks.map(({ at, text }) => svg`<text x=${x(at)} y=${h - 6} text-anchor="middle">${text}</text>`)}
      ${mark ? markOf(x(mark.at), mark.text, foot) : nothing}
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

/** An upright line with its words on the side where there is room. */
const markOf = (at: number, text: string, foot: number): TemplateResult => {
  const isLeft = at > w / 2;
  return svg`<line class="mark" x1=${at} x2=${at} y1=${edge.top} y2=${foot} /><text
    class="mark-text"
    x=${isLeft ? at - 5 : at + 5}
    y=${edge.top + 10}
    text-anchor=${isLeft ? 'end' : 'start'}
  >${text}</text>`;
};

const around = (values: readonly number[]): [number, number] => {
  if (values.length === 0) return [0, 1];
  const [low, high] = [Math.min(0, ...values), Math.max(...values)];
  return high - low < 1e-9 ? [low, low + 1] : [low, high + 0.05 * (high - low)];
};
