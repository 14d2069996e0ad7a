/** Which part of the unit square the canvas shows, and where its points lie on the screen. Pixels are CSS pixels. */

export interface Spot {
  readonly x: number;
  readonly y: number;
}

const margin = 24;
const mostScale = 400;
const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

export class Viewport {
  width = 1;
  height = 1;
  /** 1 = the whole square fits. */
  scale = 1;
  centre: Spot = { x: 0.5, y: 0.5 };

  /** Pixels a unit. */
  get unit(): number {
    return Math.max(1, Math.min(this.width, this.height) - 2 * margin) * this.scale;
  }

  toScreen({ x, y }: Spot): Spot {
    return {
      x: this.width / 2 + (x - this.centre.x) * this.unit,
      y: this.height / 2 + (y - this.centre.y) * this.unit,
    };
  }

  toMap({ x, y }: Spot): Spot {
    return {
      x: this.centre.x + (x - this.width / 2) / this.unit,
      y: this.centre.y + (y - this.height / 2) / this.unit,
    };
  }

  /** The spot on the screen stays where it is. */
  zoom(factor: number, at: Spot = { x: this.width / 2, y: this.height / 2 }): void {
    const before = this.toMap(at);
    this.scale = clamp(this.scale * factor, 1, mostScale);
    const after = this.toMap(at);
    this.#look({ x: this.centre.x + before.x - after.x, y: this.centre.y + before.y - after.y });
  }

  pan(dx: number, dy: number): void {
    this.#look({ x: this.centre.x - dx / this.unit, y: this.centre.y - dy / this.unit });
  }

  whole(): void {
    this.scale = 1;
    this.#look({ x: 0.5, y: 0.5 });
  }

  /** Moves as little as needed to have the spot of the map well inside. */
  bringIn(spot: Spot): void {
    const { x, y } = this.toScreen(spot);
    this.pan(
      clamp(x, margin, Math.max(margin, this.width - margin)) - x,
      clamp(y, margin, Math.max(margin, this.height - margin)) - y,
    );
  }

  #look({ x, y }: Spot): void {
    this.centre = { x: clamp(x, 0, 1), y: clamp(y, 0, 1) };
  }
}

/** By the number of edges that a ray to the right crosses. */
export const isInside = ({ x, y }: Spot, polygon: readonly Spot[]): boolean => {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [a, b] = [polygon[i]!, polygon[j]!];
    if (a.y > y !== b.y > y && x < a.x + ((y - a.y) * (b.x - a.x)) / (b.y - a.y)) inside = !inside;
  }
  return inside;
};
