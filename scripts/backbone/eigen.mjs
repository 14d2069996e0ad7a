/** Eigenvalues and eigenvectors of a symmetric matrix by Jacobi's method; vectors[i][k] is component i of eigenvector k. */
export const eigen = (symmetric) => {
  const n = symmetric.length;
  const a = symmetric.map((row) => Float64Array.from(row));
  const v = a.map((_, i) => Float64Array.from({ length: n }, (__, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < 12; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const apq = a[p][q];
        off += apq * apq;
        if (Math.abs(apq) < 1e-12) continue;
        const theta = (a[q][q] - a[p][p]) / (2 * apq);
        const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let k = 0; k < n; k++) {
          const [kp, kq] = [a[k][p], a[k][q]];
          a[k][p] = c * kp - s * kq;
          a[k][q] = s * kp + c * kq;
        }
        const [rowP, rowQ] = [a[p], a[q]];
        for (let k = 0; k < n; k++) {
          const [pk, qk] = [rowP[k], rowQ[k]];
          rowP[k] = c * pk - s * qk;
          rowQ[k] = s * pk + c * qk;
          const [vp, vq] = [v[k][p], v[k][q]];
          v[k][p] = c * vp - s * vq;
          v[k][q] = s * vp + c * vq;
        }
      }
    }
    if (off < 1e-18) break;
  }
  return { values: a.map((row, i) => row[i]), vectors: v };
};
