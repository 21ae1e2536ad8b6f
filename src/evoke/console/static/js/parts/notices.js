/** What the page says by itself: short notices at the edge, errors in their place, waiting. */

import { h } from "../dom.js";
import { t } from "../texts.js";
import { icon } from "./icons.js";

const STAYS_MS = 5000;
const shelf = h("div", { class: "toasts", role: "status", "aria-live": "polite" });

/** Where notices appear; once in the page. */
export const notices = shelf;

/** Say something that needs no answer. */
export function say(text) {
  const toast = h("p", { class: "toast" }, text);
  shelf.replaceChildren(toast);
  setTimeout(() => toast.remove(), STAYS_MS);
}

/** An error in words, with the id that finds it in the log, and a button to try again if there is something to try. */
export function problem(error, retry = null) {
  return h(
    "div",
    { class: "problem", role: "alert" },
    h("p", { dir: "auto" }, error.message || t("error.INTERNAL_ERROR")),
    error.requestId ? h("p", { class: "small" }, t("error.reference"), " ", h("code", {}, error.requestId)) : null,
    retry ? h("button", { type: "button", class: "button small", on: { click: retry } }, t("retry")) : null,
  );
}

export function waiting(text = t("loading")) {
  return h("div", { class: "waiting", role: "status" }, h("span", { class: "pulse", "aria-hidden": "true" }), text);
}

/** A place that has nothing yet, and what to do about it. */
export function empty({ title, text, actions = [] }) {
  return h(
    "div",
    { class: "empty" },
    h("div", { class: "empty-art", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
    h("h2", {}, title),
    h("p", {}, text),
    h("div", { class: "actions" }, actions),
  );
}

/** What stands where somebody has to be signed in. */
export function signInFirst(text) {
  const next = encodeURIComponent(location.pathname);
  return empty({
    title: t("gate.title"),
    text,
    actions: [h("a", { class: "button primary", href: `/journal/sign-in?next=${next}` }, icon("person"), t("sign_in"))],
  });
}
