/** A drawing on its way: soft shapes that breathe, a ring that fills, what is being done, and a way out. */

import { h, s } from "../dom.js";
import { locale, t } from "../texts.js";

const RADIUS = 54;
const AROUND = 2 * Math.PI * RADIUS;
const DEFAULT_COLORS = ["#FFE4A0", "#A8E6CF", "#D4C4E8"];

/** `{node, report({progress, message})}`. Without any report the ring turns. */
export function drawingProgress({ colors, onCancel = null }) {
  const shades = colors.length ? colors : DEFAULT_COLORS;
  const ring = s("circle", { class: "ring-value", cx: 60, cy: 60, r: RADIUS, "stroke-dasharray": AROUND });
  const percent = h("span", { class: "ring-percent", "aria-hidden": "true" });
  const message = h("p", { class: "progress-message", "aria-live": "polite", dir: "auto" }, t("draw.working"));
  const bar = h(
    "div",
    { class: "ring turning", role: "progressbar", "aria-label": t("draw.progress"), "aria-valuemin": 0, "aria-valuemax": 100 },
    h(
      "div",
      { class: "orbs", "aria-hidden": "true" },
      [0, 1, 2].map((index) => h("i", { style: { "background-color": shades[index % shades.length] } })),
    ),
    s(
      "svg",
      { viewBox: "0 0 120 120", "aria-hidden": "true" },
      s("circle", { class: "ring-ground", cx: 60, cy: 60, r: RADIUS }),
      ring,
    ),
    percent,
  );
  ring.setAttribute("stroke-dashoffset", AROUND * 0.75);
  let furthest = -1;

  function report({ progress, message: text }) {
    if (typeof progress === "number" && progress > furthest) {
      furthest = Math.min(100, progress);
      bar.classList.remove("turning");
      bar.setAttribute("aria-valuenow", Math.round(furthest));
      ring.setAttribute("stroke-dashoffset", AROUND * (1 - furthest / 100));
      percent.textContent = new Intl.NumberFormat(locale, { style: "percent" }).format(Math.round(furthest) / 100);
    }
    if (text && text !== message.textContent) message.textContent = text;
  }

  const node = h(
    "div",
    { class: "progress" },
    bar,
    message,
    onCancel
      ? h("button", { type: "button", class: "button quiet", on: { click: onCancel } }, t("cancel"))
      : null,
  );
  return { node, report };
}
