/** Feelings to choose from: real checkboxes that look like something to touch. */

import { h } from "../dom.js";
import { face, icon } from "./icons.js";

/** A group of chips. `items` are `{id, name, color, eyes, mouth}`; `chosen` is a Set that is kept up to date. */
export function chooser({ legend, items, chosen, onChange = () => {}, hint = null, hintId = null }) {
  return h(
    "fieldset",
    { class: "chooser", "aria-describedby": hintId },
    h("legend", {}, legend),
    hint ? h("p", { class: "hint", id: hintId }, hint) : null,
    h("div", { class: "chips" }, items.map((item) => chip(item, chosen, onChange))),
  );
}

function chip(item, chosen, onChange) {
  const input = h("input", {
    type: "checkbox",
    name: "feeling",
    value: item.id,
    checked: chosen.has(item.id),
    on: {
      change: () => {
        if (input.checked) chosen.add(item.id);
        else chosen.delete(item.id);
        onChange(chosen);
      },
    },
  });
  return h(
    "label",
    { class: "chip", style: { "--chip": item.color }, title: item.description },
    input,
    h("span", { class: "chip-face" }, face(item)),
    h("span", { class: "chip-name" }, item.name),
    h("span", { class: "chip-check", "aria-hidden": "true" }, icon("check")),
  );
}

/** The same to look at only. */
export function tag({ name, color }) {
  return h("span", { class: "tag", style: { "--chip": color } }, name);
}
