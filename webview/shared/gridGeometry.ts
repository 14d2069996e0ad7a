/** Where the rows of a grid of equal cells lie. Pixels; pure. */

export interface Geometry {
  readonly total: number;
  readonly columns: number;
  readonly rows: number;
  readonly rowHeight: number;
  readonly viewHeight: number;
  /** Height of the scrolled element: at most `maxHeight`, as browsers cut off taller ones. */
  readonly scrollHeight: number;
}

/** Chromium ends at 2^25 px, at half of that on a 2 × screen, and less when zoomed. */
const maxHeight = 8_000_000;

export const layOut = (
  total: number,
  view: { readonly width: number; readonly height: number },
  cell: { readonly minWidth: number; readonly height: number },
): Geometry => {
  const columns = Math.max(1, Math.floor(view.width / cell.minWidth));
  const rows = Math.ceil(total / columns);
  return {
    total,
    columns,
    rows,
    rowHeight: cell.height,
    viewHeight: view.height,
    scrollHeight: Math.min(maxHeight, rows * cell.height),
  };
};

const fullHeight = (at: Geometry): number => at.rows * at.rowHeight;

/** Pixels of the whole list above the view's upper edge. */
export const offsetOf = (at: Geometry, scrollTop: number): number => {
  const travel = at.scrollHeight - at.viewHeight;
  return travel <= 0 ? 0 : (Math.min(scrollTop, travel) * (fullHeight(at) - at.viewHeight)) / travel;
};

export const scrollTopOf = (at: Geometry, offset: number): number => {
  const fullTravel = fullHeight(at) - at.viewHeight;
  if (fullTravel <= 0) return 0;
  return (Math.min(Math.max(0, offset), fullTravel) * (at.scrollHeight - at.viewHeight)) / fullTravel;
};

/** Where to draw a row inside the scrolled element. */
export const rowTop = (at: Geometry, row: number, scrollTop: number): number =>
  row * at.rowHeight - offsetOf(at, scrollTop) + Math.min(scrollTop, Math.max(0, at.scrollHeight - at.viewHeight));

/** Rows [first, last] of which something shows, widened by `overscan`. Empty: last < first. */
export const rowsInView = (
  at: Geometry,
  scrollTop: number,
  overscan = 0,
): { readonly first: number; readonly last: number } => {
  const offset = offsetOf(at, scrollTop);
  return {
    first: Math.max(0, Math.floor(offset / at.rowHeight) - overscan),
    last: Math.min(at.rows - 1, Math.ceil((offset + at.viewHeight) / at.rowHeight) - 1 + overscan),
  };
};

/** The scroll position that shows the whole row, moving as little as possible. */
export const scrollTopShowing = (at: Geometry, row: number, scrollTop: number): number => {
  const offset = offsetOf(at, scrollTop);
  const top = row * at.rowHeight;
  if (top < offset) return scrollTopOf(at, top);
  if (top + at.rowHeight > offset + at.viewHeight) return scrollTopOf(at, top + at.rowHeight - at.viewHeight);
  return scrollTop;
};

/** The index that a navigation key leads to; null when the key is no navigation. */
export const indexAfterKey = (at: Geometry, index: number, key: string): number | null => {
  const last = at.total - 1;
  const column = index % at.columns;
  const page = Math.max(1, Math.floor(at.viewHeight / at.rowHeight)) * at.columns;
  const within = (next: number): number => Math.min(last, Math.max(0, next));
  switch (key) {
    case 'ArrowRight':
      return within(index + 1);
    case 'ArrowLeft':
      return within(index - 1);
    case 'ArrowDown':
      return index + at.columns > last
        ? Math.floor(index / at.columns) === at.rows - 1
          ? index
          : last
        : index + at.columns;
    case 'ArrowUp':
      return index - at.columns < 0 ? index : index - at.columns;
    case 'PageDown':
      return within(index + page);
    case 'PageUp':
      return index - page < 0 ? Math.min(last, column) : index - page;
    case 'Home':
      return index - column;
    case 'End':
      return within(index - column + at.columns - 1);
    case 'Ctrl+Home':
      return within(0);
    case 'Ctrl+End':
      return within(last);
    default:
      return null;
  }
};
