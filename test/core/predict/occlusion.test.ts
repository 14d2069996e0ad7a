import { expect, it } from 'vitest';
import { heatColour, okLab } from '../../../src/core/predict/heatColours.js';
import {
  covered,
  coversOf,
  heatOf,
  lookedAt,
  meanColour,
  occlusionPasses,
} from '../../../src/core/predict/occlusion.js';

it('colours differ by equal steps and grow lighter from cold to hot', () => {
  // Neighbours in the table of 256 differ by rounding; every eighth does not.
  const labs = Array.from({ length: 32 }, (_, i) => okLab(heatColour((i * 8) / 255)));
  const steps = labs.slice(1).map((lab, i) => Math.hypot(...lab.map((value, d) => value - labs[i]![d]!)));
  const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
  for (const step of steps) expect(Math.abs(step / mean - 1)).toBeLessThan(0.15);
  for (let i = 1; i < labs.length; i++) expect(labs[i]![0]).toBeGreaterThan(labs[i - 1]![0]);
  expect(heatColour(-3)).toEqual(heatColour(0));
  expect(heatColour(7)).toEqual(heatColour(1));
});

it('covers the square that the network looks at, whole and not beyond it', () => {
  for (const [width, height] of [
    [256, 256],
    [300, 200],
    [33, 512],
  ] as const) {
    const square = lookedAt(width, height);
    for (const cells of occlusionPasses) {
      const covers = coversOf(square, cells);
      expect(covers).toHaveLength(cells * cells);
      const hit = new Uint8Array(width * height);
      for (const { x, y, width: w, height: h } of covers) {
        for (let r = y; r < y + h; r++) hit.fill(1, r * width + x, r * width + x + w);
      }
      const inside = (x: number, y: number): boolean =>
        x >= Math.round(square.x) &&
        x < Math.round(square.x + square.side) &&
        y >= Math.round(square.y) &&
        y < Math.round(square.y + square.side);
      const wrong = [...hit].filter((isHit, i) => {
        const isInside = inside(i % width, Math.floor(i / width));
        return isInside ? isHit === 0 : isHit === 1 && cells < square.side;
      });
      expect(wrong).toEqual([]);
    }
  }
});

it('finds the one place that an answer hangs on', () => {
  // "Yes" as long as the white spot is there.
  const [width, height] = [100, 100];
  const rgb = new Uint8Array(width * height * 3).fill(10);
  const spot = { x: 64, y: 36 };
  for (let r = -3; r <= 3; r++)
    rgb.fill(255, ((spot.y + r) * width + spot.x - 3) * 3, ((spot.y + r) * width + spot.x + 3) * 3);
  const white = (pixels: Uint8Array): number =>
    0.05 + (0.9 * pixels.filter((value) => value === 255).length) / (7 * 6 * 3);
  const square = lookedAt(width, height);
  const picture = { rgb, width, height };
  const colour = meanColour(picture);
  for (const cells of occlusionPasses) {
    const covers = coversOf(square, cells);
    const heat = heatOf(
      cells,
      covers,
      white(rgb),
      covers.map((cover) => white(covered(picture, cover, colour))),
    );
    const hottest = heat.values.indexOf(Math.max(...heat.values));
    const cell = square.side / cells;
    const centre = {
      x: square.x + ((hottest % cells) + 0.5) * cell,
      y: square.y + (Math.floor(hottest / cells) + 0.5) * cell,
    };
    expect(Math.abs(centre.x - spot.x)).toBeLessThanOrEqual(cell);
    expect(Math.abs(centre.y - spot.y)).toBeLessThanOrEqual(cell);
    expect(heat.strongest.probability).toBeLessThan(0.5);
    expect(Math.max(...heat.values)).toBeCloseTo(1, 6);
  }
  expect(picture.rgb).toBe(rgb);
});

it('shows no hot place where none matters', () => {
  const covers = coversOf(lookedAt(64, 64), 5);
  const { values } = heatOf(
    5,
    covers,
    0.7,
    covers.map(() => 0.7),
  );
  expect(new Set(values)).toEqual(new Set([0]));
});
