/** Which emotions were named, over time: a bar for each day or week, a block for each emotion. */

import { h, s } from "../dom.js";
import { colorOf, emotionName } from "../feelings.js";
import { tag } from "../parts/chips.js";
import { locale, t } from "../texts.js";
import { chart } from "./frame.js";

const number = new Intl.NumberFormat(locale);
const WIDEST = 34;

/** `slots` as in the other chart; `known` are the emotions by id. */
export function emotionsChart(slots, known) {
  const totals = new Map();
  for (const { bucket } of slots) {
    for (const [id, count] of Object.entries(bucket?.emotions ?? {})) totals.set(id, (totals.get(id) ?? 0) + count);
  }
  const ids = [...totals].sort((a, b) => b[1] - a[1]).map(([id]) => id);
  const highest = Math.max(1, ...slots.map(({ bucket }) => sum(bucket)));
  const steps = Math.min(4, highest);
  const figure = chart({
    title: t("charts.emotions"),
    description: t("charts.emotions.text", { count: ids.length }),
    points: slots.map(({ label, full, bucket }) => ({ label, full, tell: told(bucket, ids) })),
    lines: ticks(highest, steps),
    marks: (plan) => slots.map(({ bucket }, index) => bar(bucket, { plan, index, ids, known, highest })),
    table: {
      head: [t("charts.date"), ...ids.map((id) => emotionName(id))],
      rows: slots
        .filter(({ bucket }) => bucket)
        .map(({ full, bucket }) => [full, ...ids.map((id) => number.format(bucket.emotions[id] ?? 0))]),
    },
  });
  const legend = h("p", { class: "tags legend", "aria-hidden": "true" }, ids.map((id) => tag({ name: emotionName(id), color: colorOf(known, id) })));
  figure.firstChild.after(legend);
  return figure;
}

const sum = (bucket) => Object.values(bucket?.emotions ?? {}).reduce((all, count) => all + count, 0);

function ticks(highest, steps) {
  const values = Array.from({ length: steps + 1 }, (_, index) => Math.round((index * highest) / steps));
  return [...new Set(values)].map((value) => ({ share: value / highest, text: number.format(value) }));
}

function told(bucket, ids) {
  if (!bucket) return [];
  return ids.filter((id) => bucket.emotions[id]).map((id) => `${emotionName(id)}: ${number.format(bucket.emotions[id])}`);
}

function bar(bucket, { plan, index, ids, known, highest }) {
  const width = Math.min(WIDEST, plan.slotWidth * 0.7);
  const left = plan.x(index) - width / 2;
  let below = 0;
  return ids.map((id) => {
    const many = bucket?.emotions[id] ?? 0;
    if (!many) return null;
    const top = plan.y((below + many) / highest);
    const height = plan.y(below / highest) - top;
    below += many;
    return s("rect", { class: "block", x: left, y: top, width, height: Math.max(0, height - 1), rx: Math.min(4, width / 4), fill: colorOf(known, id) });
  });
}
