/** How strong feelings were, over time: a soft line from point to point. */

import { s } from "../dom.js";
import { strength } from "../feelings.js";
import { locale, t } from "../texts.js";
import { chart } from "./frame.js";

const percent = new Intl.NumberFormat(locale, { style: "percent" });

/** `slots`: `[{label, full, bucket}]`, `bucket` null where there was no entry. */
export function intensityChart(slots) {
  const found = slots.flatMap(({ bucket }, index) => (bucket ? [{ index, value: bucket.avg_intensity }] : []));
  return chart({
    title: t("charts.intensity"),
    description: t("charts.intensity.text", { count: found.length }),
    points: slots.map(({ label, full, bucket }) => ({ label, full, tell: bucket ? [told(bucket)] : [] })),
    lines: [0, 0.25, 0.5, 0.75, 1].map((share) => ({ share, text: percent.format(share) })),
    marks: (plan) => marks(plan, found.map(({ index, value }) => ({ x: plan.x(index), y: plan.y(value) }))),
    table: {
      head: [t("charts.date"), t("charts.intensity")],
      rows: slots.filter(({ bucket }) => bucket).map(({ full, bucket }) => [full, told(bucket)]),
    },
  });
}

const told = ({ avg_intensity: value }) => `${percent.format(value)} · ${strength(value)}`;

/** A monotone cubic through the points (Fritsch and Carlson, 1980): it never swings beyond what was felt. */
function path(points) {
  if (points.length < 2) return `M${points[0].x} ${points[0].y}`;
  const slopes = points.slice(1).map(({ x, y }, index) => (y - points[index].y) / (x - points[index].x));
  const tangents = points.map((_, index) => {
    const before = slopes[index - 1];
    const after = slopes[index];
    if (before === undefined) return after;
    if (after === undefined) return before;
    return before * after <= 0 ? 0 : (2 * before * after) / (before + after);
  });
  let text = `M${points[0].x} ${points[0].y}`;
  for (let index = 1; index < points.length; index += 1) {
    const [from, to] = [points[index - 1], points[index]];
    const third = (to.x - from.x) / 3;
    text += `C${from.x + third} ${from.y + third * tangents[index - 1]} ${to.x - third} ${to.y - third * tangents[index]} ${to.x} ${to.y}`;
  }
  return text;
}

function marks(plan, points) {
  if (!points.length) return [];
  const line = path(points);
  return [
    s("path", { class: "area", d: `${line}L${points.at(-1).x} ${plan.bottom}L${points[0].x} ${plan.bottom}Z` }),
    s("path", { class: "line", d: line }),
    points.map(({ x, y }) => s("circle", { class: "point", cx: x, cy: y, r: 4 })),
  ];
}
