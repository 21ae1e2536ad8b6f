/** The frame around the views: name, places to go, who is signed in. */

import { h, put } from "./dom.js";
import { icon, mark } from "./parts/icons.js";
import { notices } from "./parts/notices.js";
import * as router from "./router.js";
import * as session from "./session.js";
import { language, t } from "./texts.js";
import * as theme from "./theme.js";
import { calendarView } from "./views/calendar.js";
import { chartsView } from "./views/charts.js";
import { drawView } from "./views/draw.js";
import { entriesView } from "./views/entries.js";
import { newEntryView } from "./views/entry_form.js";
import { settingsView } from "./views/settings.js";
import { signInView } from "./views/sign_in.js";
import { talkView } from "./views/talk.js";

const PLACES = [
  { name: "draw", href: "/journal", icon: "draw" },
  { name: "entries", href: "/journal/entries", icon: "book" },
  { name: "calendar", href: "/journal/calendar", icon: "calendar" },
  { name: "charts", href: "/journal/charts", icon: "chart" },
];
const BELONGS_TO = { new: "entries", talk: "entries" };

document.documentElement.lang = language;
theme.apply();

router.register("draw", drawView);
router.register("entries", entriesView);
router.register("new", newEntryView);
router.register("talk", talkView);
router.register("calendar", calendarView);
router.register("charts", chartsView);
router.register("settings", settingsView);
router.register("sign-in", signInView);

const main = h("main", { id: "main", tabindex: "-1" });
const account = h("div", { class: "account" });
const links = PLACES.map((place) =>
  h("a", { class: "place", href: place.href, dataset: { place: place.name } }, icon(place.icon), h("span", {}, t(`place.${place.name}`))),
);

function showAccount() {
  const user = session.user();
  put(
    account,
    user
      ? h(
          "a",
          { class: "avatar", href: "/journal/settings", "aria-label": t("settings.of", { name: user.name }) },
          [...user.name.trim()][0]?.toLocaleUpperCase() ?? "·",
        )
      : [
          h("a", { class: "icon-button", href: "/journal/settings", "aria-label": t("settings.title") }, icon("gear")),
          h("a", { class: "button small", href: "/journal/sign-in" }, t("sign_in")),
        ],
  );
}

function markPlace() {
  const name = router.currentView();
  const place = BELONGS_TO[name] ?? name;
  for (const link of links) {
    if (link.dataset.place === place) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.body.dataset.view = name;
}

put(
  document.getElementById("app"),
  h("a", { class: "skip", href: "#main" }, t("skip")),
  h("header", { class: "top" }, h("a", { class: "brand", href: "/journal" }, mark(), h("span", {}, t("app"))), account),
  h("nav", { class: "places", "aria-label": t("places") }, links),
  main,
  notices,
);
showAccount();
session.onChange(() => {
  showAccount();
  if (router.currentView() !== "sign-in") router.again();
});
router.start(main, markPlace);
