/**
 * Sheets: from below on a phone, in the middle of a desk. The browser's own dialog keeps the focus inside, gives it
 * back, and closes on Escape; a tap on what is around it closes it too.
 */

import { freshId, h } from "../dom.js";
import { t } from "../texts.js";
import { icon } from "./icons.js";

/** Show `content` under a title. Returns `{element, close(value), closed}`; `closed` resolves to that value. */
export function open({ title, content = [], actions = [], kind = "" }) {
  const id = freshId("sheet");
  const element = h(
    "dialog",
    { class: `sheet ${kind}`, "aria-labelledby": id },
    h(
      "div",
      { class: "sheet-body" },
      h(
        "header",
        { class: "sheet-head" },
        h("h2", { id, dir: "auto", tabindex: "-1", autofocus: true }, title),
        h(
          "button",
          { class: "icon-button", type: "button", "aria-label": t("close"), on: { click: () => close() } },
          icon("close"),
        ),
      ),
      h("div", { class: "sheet-content" }, content),
      actions.length ? h("footer", { class: "sheet-actions" }, actions) : null,
    ),
  );
  let settle;
  const closed = new Promise((resolve) => {
    settle = resolve;
  });
  let value = null;
  function close(given = null) {
    value = given;
    element.close();
  }
  element.addEventListener("click", (event) => {
    if (event.target === element) close();
  });
  element.addEventListener("close", () => {
    element.remove();
    settle(value);
  });
  document.body.append(element);
  element.showModal();
  return { element, close, closed };
}

/** Ask before something that cannot be undone. With `word`, the person has to write it. Resolves to true or false. */
export async function confirm({ title, text, action, word = null }) {
  const input = h("input", { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false" });
  const act = h("button", { type: "submit", class: "button danger", disabled: word !== null }, action);
  input.addEventListener("input", () => {
    act.disabled = input.value.trim().toLowerCase() !== word.toLowerCase();
  });
  const form = h(
    "form",
    {
      on: {
        submit: (event) => {
          event.preventDefault();
          sheet.close(true);
        },
      },
    },
    h("p", { class: "sheet-text" }, text),
    word === null ? null : h("label", { class: "field" }, h("span", {}, t("confirm.write", { word })), input),
    h(
      "div",
      { class: "sheet-actions" },
      h("button", { type: "button", class: "button quiet", on: { click: () => sheet.close(false) } }, t("cancel")),
      act,
    ),
  );
  const sheet = open({ title, content: form, kind: "small" });
  return (await sheet.closed) === true;
}
