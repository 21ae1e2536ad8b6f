/**
 * What both charts have: axes, a cursor moved by pointer or arrow keys, a bubble that tells what is under it, and the
 * same figures as a table. The drawing is decoration to a screen reader; the cursor speaks, and so does the table.
 */

import { freshId, h, put, s } from "../dom.js";
import { t } from "../texts.js";

const LOWEST = 190;
const HIGHEST = 280;
const PROPORTION = 0.5;

/** Where things are on a drawing of so many pixels; `rem` is the person's size of text, labels need that much room. */
class Plan {
  constructor(width, rem, count) {
    this.width = width;
    this.height = Math.max(LOWEST, Math.min(HIGHEST, width * PROPORTION));
    this.left = 2.6 * rem;
    this.right = width - 1.2 * rem;
    this.top = 0.6 * rem;
    this.bottom = this.height - 1.7 * rem;
    this.slotWidth = (this.right - this.left) / count;
    this.labelEvery = Math.max(1, Math.ceil((4.2 * rem) / this.slotWidth));
  }

  /** The middle of a slot. */
  x(index) {
    return this.left + (index + 0.5) * this.slotWidth;
  }

  /** `share` is 0 (the floor) to 1. */
  y(share) {
    return this.bottom + (this.top - this.bottom) * share;
  }
}

/**
 * `points`: `[{label, full, tell}]`, one for each slot: the text under the axis, the whole one, and what the bubble says
 * (a list of texts; empty where there is nothing). `lines`: `[{share, text}]` across. `marks`: from a plan to SVG
 * elements. It is drawn in the pixels that there are, and again when they change: texts keep their size.
 */
export function chart({ title, description, points, lines, marks, table }) {
  const titleId = freshId("chart");
  const cursor = s("line", { class: "cursor", visibility: "hidden" });
  let plan = null;
  const bubble = h("div", { class: "bubble", hidden: true, role: "status", "aria-live": "polite" });
  const svg = s("svg", { role: "img", "aria-labelledby": `${titleId} ${titleId}-text` });
  const area = h(
    "div",
    { class: "chart-area", tabindex: 0, role: "application", "aria-roledescription": t("chart"), "aria-label": t("chart.keys", { title }) },
    svg,
    bubble,
  );
  let at = null;

  function paint() {
    const width = area.clientWidth;
    if (!width || width === plan?.width) return;
    plan = new Plan(width, Number.parseFloat(getComputedStyle(document.documentElement).fontSize), points.length);
    for (const name of ["width", "height"]) svg.setAttribute(name, plan[name]);
    hide();
    put(
      svg,
      s("title", { id: titleId }, title),
      s("desc", { id: `${titleId}-text` }, description),
      lines.map(({ share, text }) => [
        s("line", { class: "across", x1: plan.left, x2: plan.right, y1: plan.y(share), y2: plan.y(share) }),
        s("text", { class: "tick", x: plan.left - 8, y: plan.y(share) + 4, "text-anchor": "end" }, text),
      ]),
      labels(points, plan),
      cursor,
      marks(plan),
    );
  }

  function show(index) {
    const point = points[index];
    if (!point) return;
    at = index;
    const x = plan.x(index);
    for (const [name, value] of Object.entries({ x1: x, x2: x, y1: plan.top, y2: plan.bottom })) cursor.setAttribute(name, value);
    cursor.setAttribute("visibility", "visible");
    put(bubble, h("strong", {}, point.full), (point.tell.length ? point.tell : [t("chart.nothing")]).map((each) => h("span", {}, each)));
    bubble.hidden = false;
    const share = x / plan.width;
    bubble.style.setProperty("left", `${share * 100}%`);
    bubble.style.setProperty("--shift", `${-share * 100}%`);
  }

  function hide() {
    at = null;
    bubble.hidden = true;
    cursor.setAttribute("visibility", "hidden");
  }

  area.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    const index = Math.floor((event.clientX - box.left - plan.left) / plan.slotWidth);
    show(Math.max(0, Math.min(points.length - 1, index)));
  });
  area.addEventListener("pointerleave", hide);
  area.addEventListener("blur", hide);
  area.addEventListener("focus", () => {
    if (at === null && area.matches(":focus-visible")) show(lastTold(points));
  });
  area.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    if (event.key === "Escape") hide();
    if (!(event.key in moves)) return;
    event.preventDefault();
    show(Math.max(0, Math.min(points.length - 1, (at ?? points.length - 1) + moves[event.key])));
  });
  new ResizeObserver(paint).observe(area);
  return h("figure", { class: "chart" }, h("figcaption", {}, title), area, asTable(title, table));
}

function lastTold(points) {
  const found = points.findLastIndex((point) => point.tell.length);
  return found === -1 ? points.length - 1 : found;
}

function labels(points, plan) {
  return points.map(({ label }, index) =>
    (points.length - 1 - index) % plan.labelEvery
      ? null
      : s("text", { class: "tick", x: plan.x(index), y: plan.height - 4, "text-anchor": "middle" }, label),
  );
}

function asTable(title, { head, rows }) {
  return h(
    "details",
    { class: "chart-table" },
    h("summary", {}, t("chart.table")),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": title },
      h(
        "table",
        {},
        h("caption", { class: "unseen" }, title),
        h("thead", {}, h("tr", {}, head.map((each) => h("th", { scope: "col" }, each)))),
        h(
          "tbody",
          {},
          rows.map(([first, ...others]) => h("tr", {}, h("th", { scope: "row" }, first), others.map((each) => h("td", {}, each)))),
        ),
      ),
    ),
  );
}
