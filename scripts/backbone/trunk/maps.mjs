// The maps of words at 1/2 and 1/4 of the size on one raster: a place every 8 pixels, square-rooted.

/**
 * A word at 1/2 (26 × 26 places) lies at 4i + 5 pixels, one at 1/4 (23 × 23) at 4j + 10: i = j + 1 is right to a pixel.
 * @param found the two maps of each size, by `addWords`. @returns the name of a tensor [N, 256, 11, 11].
 */
export const trunkMaps = (graph, found) => {
  const [from, to, axes] = [graph.integers(1, 1), graph.integers(24, 24), graph.integers(2, 3)];
  const halves = found[2].map((map) => graph.add('Slice', [map, from, to, axes]));
  const both = graph.add('Concat', [...halves, ...found[4]], { axis: 1 });
  const mean = graph.averaged(both, 2, 2);
  return graph.add('Sqrt', [graph.add('Add', [mean, graph.scalar(1e-4)])]);
};
