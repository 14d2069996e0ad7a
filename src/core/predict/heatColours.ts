/**
 * The colours of heat maps: equal steps look equally large (lightness and distance in OKLab, Ottosson 2020), dark blue
 * to yellow, so that they can be told apart without seeing red and green, and in grey.
 */

export type Rgb = readonly [red: number, green: number, blue: number];

const steps = 256;
const [fromLightness, toLightness] = [0.22, 0.94];
/** Degrees: indigo → blue → green → yellow. */
const mostChroma = 0.13;
const [fromHue, toHue] = [285, 105];

/** @param t 0 = cold, 1 = hot; clamped.  @returns sRGB, 0–255. */
export const heatColour = (t: number): Rgb => table[Math.round(Math.min(1, Math.max(0, t)) * (steps - 1))]!;

type Lab = readonly [lightness: number, a: number, b: number];

/** Lightness, a, b of sRGB 0–255. */
export const okLab = ([red, green, blue]: Rgb): Lab => {
  const [r, g, b] = [linear(red / 255), linear(green / 255), linear(blue / 255)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
};

const linear = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const gamma = (value: number): number => (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);

/** Linear RGB; outside of 0–1 where sRGB has no such colour. */
const linearRgb = ([lightness, a, b]: Lab): Rgb => {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
};

/** A point of the path: as much chroma as sRGB shows there, up to a bound. */
const onPath = (at: number): Lab => {
  const lightness = fromLightness + (toLightness - fromLightness) * at;
  const hue = ((fromHue + (toHue - fromHue) * at) * Math.PI) / 180;
  const point = (chroma: number): Lab => [lightness, chroma * Math.cos(hue), chroma * Math.sin(hue)];
  let [shown, beyond] = [0, 2 * mostChroma];
  for (let i = 0; i < 24; i++) {
    const middle = (shown + beyond) / 2;
    if (linearRgb(point(middle)).every((value) => value >= 0 && value <= 1)) shown = middle;
    else beyond = middle;
  }
  return point(Math.min(mostChroma, shown));
};

const distance = (one: Lab, other: Lab): number => Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);

/** The path cut into pieces of equal length. */
const table: readonly Rgb[] = (() => {
  const fine = Array.from({ length: 4097 }, (_, i) => onPath(i / 4096));
  const along = [0];
  for (let i = 1; i < fine.length; i++) along.push(along[i - 1]! + distance(fine[i - 1]!, fine[i]!));
  const whole = along.at(-1)!;
  let from = 0;
  return Array.from({ length: steps }, (_, i): Rgb => {
    const wanted = (whole * i) / (steps - 1);
    while (from + 1 < along.length && along[from + 1]! < wanted) from++;
    const [red, green, blue] = linearRgb(fine[from]!);
    const byte = (value: number): number => Math.round(255 * gamma(Math.min(1, Math.max(0, value))));
    return [byte(red), byte(green), byte(blue)];
  });
})();
