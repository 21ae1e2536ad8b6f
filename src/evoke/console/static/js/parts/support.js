/** Somebody to talk to. It stands above everything else, is calm, and asks for nothing. */

import { h } from "../dom.js";
import { t } from "../texts.js";
import { icon } from "./icons.js";

const digits = (number) => number.replace(/[^\d+*#]/g, "");

/** `support` as the API tells it: `{message, lines: [{name, phone, text, url, hours}], emergency}`. */
export function supportCard(support) {
  return h(
    "section",
    { class: "support", "aria-label": t("support.title") },
    h("p", { class: "support-title" }, icon("heart"), t("support.title")),
    h("p", { dir: "auto" }, support.message),
    h("ul", {}, (support.lines ?? []).map(line)),
    support.emergency ? emergency(support.emergency) : null,
  );
}

function line({ name, phone, text, url, hours }) {
  return h(
    "li",
    {},
    h("span", { class: "support-name", dir: "auto" }, name, hours ? h("small", {}, hours) : null),
    h(
      "span",
      { class: "support-ways" },
      phone ? h("a", { class: "button call", href: `tel:${digits(phone)}` }, icon("phone"), phone) : null,
      text ? h("a", { class: "button call", href: `sms:${digits(text)}` }, icon("talk"), text) : null,
      website(url),
    ),
  );
}

function website(url) {
  if (!url || !/^https?:\/\//.test(url)) return null;
  return h("a", { class: "button call", href: url, target: "_blank", rel: "noopener noreferrer" }, icon("link"), new URL(url).host);
}

function emergency(given) {
  const numbers = [given].flat().flatMap((each) => String(each).split(/\s*\/\s*/));
  return h(
    "p",
    { class: "support-emergency" },
    t("support.emergency"),
    " ",
    numbers.map((number) =>
      /\d/.test(number) ? h("a", { href: `tel:${digits(number)}` }, number) : h("span", {}, number),
    ),
  );
}
