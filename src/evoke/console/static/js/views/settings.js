/** Settings: language, light or dark, the journal as a file, the end of it, signing out. */

import { post, remove, send } from "../api.js";
import { h, put } from "../dom.js";
import { today } from "../dates.js";
import { icon } from "../parts/icons.js";
import { problem, say, waiting } from "../parts/notices.js";
import * as sheet from "../parts/sheet.js";
import * as router from "../router.js";
import * as session from "../session.js";
import * as texts from "../texts.js";
import * as theme from "../theme.js";

const { t } = texts;

export function settingsView() {
  const user = session.user();
  const node = h(
    "section",
    { class: "settings" },
    h("h1", {}, t("settings.title")),
    user ? account(user) : h("p", {}, h("a", { class: "button primary", href: "/journal/sign-in" }, t("sign_in"))),
    h(
      "div",
      { class: "card stack" },
      h("h2", {}, t("settings.look")),
      choice("theme", t("settings.theme"), theme.THEMES, theme.chosen(), (id) => t(`theme.${id}`), theme.choose),
      choice("language", t("settings.language"), Object.keys(texts.LANGUAGES), texts.language, (id) => texts.LANGUAGES[id], (id) => {
        texts.choose(id);
        location.reload();
      }),
    ),
    user ? [keeping(), erasing()] : null,
    h("p", { class: "hint center" }, t("settings.privacy")),
  );
  return { title: t("settings.title"), node };
}

function choice(name, legend, ids, chosen, label, onChoose) {
  return h(
    "fieldset",
    { class: "setting" },
    h("legend", {}, legend),
    h(
      "div",
      { class: "segments" },
      ids.map((id) =>
        h(
          "label",
          {},
          h("input", { type: "radio", name, value: id, checked: id === chosen, on: { change: () => onChoose(id) } }),
          h("span", {}, label(id)),
        ),
      ),
    ),
  );
}

function account(user) {
  const wrong = h("div");
  async function signOut() {
    try {
      await post("/auth/logout");
    } catch (error) {
      // Already void is as good; anything else would leave the session open on the server, which has to be said.
      if (error.status !== 401) {
        put(wrong, problem(error, signOut));
        return;
      }
    }
    session.forget();
    say(t("signed_out"));
    router.go("/journal", { replace: true });
  }
  async function elsewhere() {
    try {
      await remove("/auth/sessions");
      say(t("settings.elsewhere.done"));
    } catch (error) {
      put(wrong, problem(error));
    }
  }
  return h(
    "div",
    { class: "card stack" },
    h("h2", { dir: "auto" }, user.name),
    h("p", { class: "hint" }, user.email),
    wrong,
    h(
      "div",
      { class: "actions" },
      h("button", { type: "button", class: "button", on: { click: signOut } }, t("sign_out")),
      h("button", { type: "button", class: "button quiet", on: { click: elsewhere } }, t("settings.elsewhere")),
    ),
  );
}

function keeping() {
  const state = h("div");
  async function save() {
    put(state, waiting(t("settings.export.working")));
    try {
      const response = await send("GET", "/journal/export", { accept: "application/zip" });
      const address = URL.createObjectURL(await response.blob());
      const link = h("a", { href: address, download: `evoke-journal-${today()}.zip` });
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000); // the browser reads it after the click
      put(state, h("p", { role: "status" }, t("settings.export.done")));
    } catch (error) {
      put(state, problem(error, save));
    }
  }
  return h(
    "div",
    { class: "card stack" },
    h("h2", {}, t("settings.export")),
    h("p", { class: "hint" }, t("settings.export.text")),
    h("div", { class: "actions" }, h("button", { type: "button", class: "button", on: { click: save } }, icon("save"), t("settings.export.act"))),
    state,
  );
}

function erasing() {
  const state = h("div");
  async function erase() {
    const sure = await sheet.confirm({
      title: t("settings.erase"),
      text: t("settings.erase.sure"),
      action: t("settings.erase.act"),
      word: t("settings.erase.word"),
    });
    if (!sure) return;
    put(state, waiting());
    try {
      await remove("/journal?confirm=true");
      put(state, h("p", { role: "status" }, t("settings.erase.done")));
    } catch (error) {
      put(state, problem(error));
    }
  }
  return h(
    "div",
    { class: "card stack" },
    h("h2", {}, t("settings.erase")),
    h("p", { class: "hint" }, t("settings.erase.text")),
    h("div", { class: "actions" }, h("button", { type: "button", class: "button danger-quiet", on: { click: erase } }, icon("bin"), t("settings.erase.act"))),
    state,
  );
}
