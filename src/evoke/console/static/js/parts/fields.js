/** Fields of forms: a text with its counter, how strong something was. */

import { freshId, h } from "../dom.js";
import { strength } from "../feelings.js";
import { locale, t } from "../texts.js";

const number = new Intl.NumberFormat(locale);

/** A growing text with a counter. `{node, input, text()}`; the counter speaks only when it has something to say. */
export function longText({ label, value = "", placeholder = "", min = 0, max, rows = 5, hint = null, onInput = null }) {
  const id = freshId("text");
  const input = h("textarea", { id, rows, placeholder, dir: "auto", maxlength: max, "aria-describedby": `${id}-count` });
  input.value = value;
  const counter = h("span", { class: "counter", id: `${id}-count` });
  const spoken = h("span", { class: "unseen", "aria-live": "polite" });

  // Code points, as the server counts them.
  const length = () => [...input.value.trim()].length;
  function count() {
    const now = length();
    const missing = min - now;
    counter.textContent = missing > 0 ? t("text.missing", { count: missing }) : `${number.format(now)} / ${number.format(max)}`;
    counter.classList.toggle("enough", now >= min);
    if (now === min || now >= max) spoken.textContent = counter.textContent;
  }
  input.addEventListener("input", () => {
    count();
    onInput?.(input.value);
  });
  count();
  const node = h(
    "div",
    { class: "field" },
    h("label", { for: id }, label),
    hint ? h("p", { class: "hint" }, hint) : null,
    input,
    h("div", { class: "field-foot" }, counter, spoken),
  );
  return { node, input, text: () => input.value.trim(), length };
}

/** A slider from 0 to 1 that says in words where it stands. */
export function intensity({ value = 0.5, onInput = null }) {
  const id = freshId("intensity");
  const input = h("input", { type: "range", id, min: 0, max: 100, step: 5, value: Math.round(value * 100) });
  const words = h("output", { for: id, class: "strength" });
  function show() {
    words.textContent = strength(input.value / 100);
    input.setAttribute("aria-valuetext", words.textContent);
    input.style.setProperty("--share", `${input.value}%`);
    onInput?.(input.value / 100);
  }
  input.addEventListener("input", show);
  show();
  const node = h("div", { class: "field" }, h("div", { class: "field-head" }, h("label", { for: id }, t("entry.intensity")), words), input);
  return { node, value: () => input.value / 100 };
}
