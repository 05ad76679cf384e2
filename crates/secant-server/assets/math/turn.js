// From where a space is seen, and how dark a facet is in its light.
//
// Here: three directions from two angles, the shadow of a facet. Not here: pixels (`view/space.js`).

/** Scalar product of two triples. */
export function dot(a, b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** Rightward, upward and towards the reader, for angles in degrees: around, and from above. */
export function directions(turn, tilt) {
  const [a, b] = [(turn * Math.PI) / 180, (tilt * Math.PI) / 180];
  return {
    rightward: [-Math.sin(a), Math.cos(a), 0],
    upward: [-Math.sin(b) * Math.cos(a), -Math.sin(b) * Math.sin(a), Math.cos(b)],
    towards: [Math.cos(b) * Math.cos(a), Math.cos(b) * Math.sin(a), Math.sin(b)],
  };
}

/** How dark the facet with the corners `a` to `d` is, from 0 to 5; `s` holds the places, three numbers each. */
export function shadow(s, a, b, c, d, towards, light) {
  const [px, py, pz] = [s[3 * c] - s[3 * a], s[3 * c + 1] - s[3 * a + 1], s[3 * c + 2] - s[3 * a + 2]];
  const [qx, qy, qz] = [s[3 * d] - s[3 * b], s[3 * d + 1] - s[3 * b + 1], s[3 * d + 2] - s[3 * b + 2]];
  const normal = [py * qz - pz * qy, pz * qx - px * qz, px * qy - py * qx];
  const long = Math.sqrt(dot(normal, normal)) || 1;
  const side = dot(normal, towards) < 0 ? -long : long;
  return Math.min(5, Math.max(0, Math.floor(6 * (1 - dot(normal, light) / side))));
}
