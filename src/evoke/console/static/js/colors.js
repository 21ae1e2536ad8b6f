/** Colours as numbers: mixing, and the ink that can be read on them. */

function channels(hex) {
  return [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16));
}

const hexOf = (numbers) => `#${numbers.map((each) => Math.round(each).toString(16).padStart(2, "0")).join("")}`;

/** `share` (0 to 1) of `color` over `ground`. */
export function over(color, ground, share) {
  const below = channels(ground);
  return hexOf(channels(color).map((each, index) => each * share + below[index] * (1 - share)));
}

/** Relative luminance, WCAG 2.2. */
export function luminance(hex) {
  const [red, green, blue] = channels(hex).map((each) => {
    const share = each / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Dark or light, whichever reads better on all of `colors`. */
export function inkOn(colors) {
  const values = colors.map(luminance);
  const onDark = 1.05 / (Math.max(...values) + 0.05);
  const onLight = (Math.min(...values) + 0.05) / 0.0556; // the dark ink has a luminance of 0.0056
  return onLight >= onDark ? "#15131c" : "#ffffff";
}
