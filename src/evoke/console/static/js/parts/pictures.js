/** Drawn pictures: shown, described, saved. */

import { h } from "../dom.js";
import { locale, t } from "../texts.js";
import { icon } from "./icons.js";

/** An object address for a base64 PNG; whoever makes one revokes it. */
export function addressOf(base64, type = "image/png") {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return URL.createObjectURL(new Blob([bytes], { type }));
}

/** The path of a signed address: whatever name the server believes to have, it is the one this page came from. */
export function samePlace(address) {
  const url = new URL(address, location.href);
  return url.pathname.startsWith("/api/") ? url.pathname + url.search : url.href;
}

export function saveButton(href, name) {
  return h("a", { class: "button", href, download: name }, icon("save"), t("picture.save"));
}

/** What the picture is made of: its colours, who made it, how long that took. */
export function captionOf({ colors = [], madeBy = null, milliseconds = null }) {
  return h(
    "div",
    { class: "picture-facts" },
    colors.length
      ? h(
          "ul",
          { class: "palette", "aria-label": t("picture.colors") },
          colors.map((color) =>
            h("li", { style: { "background-color": color }, title: color }, h("span", { class: "unseen" }, color)),
          ),
        )
      : null,
    madeBy ? h("p", { class: "made-by" }, t(`made_by.${madeBy}`), seconds(milliseconds)) : null,
  );
}

function seconds(milliseconds) {
  if (milliseconds === null) return null;
  const value = new Intl.NumberFormat(locale, {
    style: "unit",
    unit: "second",
    unitDisplay: "narrow",
    maximumFractionDigits: 1,
  }).format(milliseconds / 1000);
  return ` · ${value}`;
}
