/** Line drawings: icons of 24 units, faces of 40. All are decoration; what they stand for is said in words. */

import { s } from "../dom.js";

const PATHS = {
  draw: "M12 3c-5 0-9 3.600-9 8.400C3 16 6.600 19 10 19c1.600 0 2-1 2-2s-1-1.500-1-2.600c0-1 .8-1.900 2-1.900h3c3 0 5-1.600 5-4.200C21 5 17 3 12 3zM7.500 11.500v.01M9.500 7.500v.01M14 6.700v.01",
  book: "M5 4.500h11a3 3 0 0 1 3 3V20H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h11M9 8.500h6",
  calendar: "M5 6h14a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1zM4 10.500h16M8.500 3.500V7M15.500 3.500V7",
  chart: "M4 19.500h16M6 15l4-5 3.500 3L19 6.500",
  talk: "M5 5h14a1.500 1.500 0 0 1 1.500 1.500v8A1.500 1.500 0 0 1 19 16h-7l-4.500 3.800V16H5a1.500 1.500 0 0 1-1.500-1.500v-8A1.500 1.500 0 0 1 5 5z",
  person: "M12 12.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20c.8-3.600 3.800-5.500 7.500-5.500s6.700 1.900 7.500 5.500",
  gear: "M4 7h9M17 7h3M4 17h3M11 17h9M15 9.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM9 19.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z",
  plus: "M12 5v14M5 12h14",
  back: "M15 5l-7 7 7 7",
  forward: "M9 5l7 7-7 7",
  close: "M6 6l12 12M18 6L6 18",
  check: "M5 12.500l4.500 4.500L19 7.500",
  save: "M12 4v11M7.500 11l4.500 4.500 4.500-4.500M5 19.500h14",
  edit: "M4.500 19.500l1-4.500L16 4.500l3.500 3.500L9 18.500zM13.500 7l3.500 3.500",
  bin: "M5 7h14M10 7V4.500h4V7M6.500 7l1 12.500h9l1-12.500M10.500 11v5M13.500 11v5",
  phone: "M6.500 4h3l1.500 4-2 1.500a11 11 0 0 0 5.500 5.500l1.500-2 4 1.500v3a2 2 0 0 1-2.200 2A16 16 0 0 1 4.500 6.200 2 2 0 0 1 6.500 4z",
  link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.600-5.700L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.600 5.700L12 17",
  heart: "M12 20S4 15 4 9.300A4.300 4.300 0 0 1 12 7a4.300 4.300 0 0 1 8 2.300C20 15 12 20 12 20z",
};

export function icon(name) {
  return s(
    "svg",
    { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" },
    s("path", { d: PATHS[name] }),
  );
}

const EYES = {
  dots: "M14 17v.5M26 17v.5",
  wide: "M14 15v3.500M26 15v3.500",
  happy: "M11.500 18q2.500-4 5 0M23.500 18q2.500-4 5 0",
  closed: "M11.500 16.500q2.500 3 5 0M23.500 16.500q2.500 3 5 0",
  half: "M11.500 17h5M23.500 17h5",
  angry: "M11.500 13.500l5 2.500M28.500 13.500l-5 2.500M14.500 18.500v.3M25.500 18.500v.3",
  sad: "M11 15.500l4.500-2M29 15.500l-4.500-2M14 18v.5M26 18v.5",
};
const MOUTHS = {
  grin: "M12.500 23.500h15q-1.500 7-7.500 7t-7.500-7z",
  smile: "M13 24.500q7 6.500 14 0",
  smirk: "M14 26.500q7 2 12-3",
  flat: "M14 26.500h12",
  slant: "M14 25l12 3",
  frown: "M13 28.500q7-6.500 14 0",
  wavy: "M12.500 27q2.500-3.500 5 0t5 0 5 0",
  zigzag: "M12.500 27.500l3-3 3 3 3-3 3 3 3-3",
  shout: "M14.500 28.500q0-5 5.500-5t5.500 5z",
  o: "M20 23.500a3 3.200 0 1 0 .01 0z",
};

export function face({ eyes, mouth }) {
  return s(
    "svg",
    { class: "face", viewBox: "0 0 40 40", "aria-hidden": "true", focusable: "false" },
    s("path", { d: EYES[eyes] }),
    s("path", { d: MOUTHS[mouth], class: "mouth" }),
  );
}

export function mark() {
  return s(
    "svg",
    { class: "mark", viewBox: "0 0 40 40", "aria-hidden": "true", focusable: "false" },
    s("circle", { cx: 15, cy: 15, r: 11, class: "mark-a" }),
    s("circle", { cx: 26, cy: 17, r: 11, class: "mark-b" }),
    s("circle", { cx: 20, cy: 26, r: 11, class: "mark-c" }),
  );
}
