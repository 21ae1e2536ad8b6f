/** The journal: its entries by day, and the way to each one. */

import { get } from "../api.js";
import { h, put } from "../dom.js";
import { clock, dayOf, friendlyDay, longDay, today, zone } from "../dates.js";
import { colorOf, emotionName, emotionsById, strength } from "../feelings.js";
import { tag } from "../parts/chips.js";
import { icon } from "../parts/icons.js";
import { empty, problem, signInFirst, waiting } from "../parts/notices.js";
import * as session from "../session.js";
import { list, t } from "../texts.js";
import { entryView } from "./entry.js";
import { editEntryView } from "./entry_form.js";

const AT_ONCE = 20;

export function entriesView(context) {
  const [id, what] = context.params;
  if (!session.user()) return gate();
  if (id && what === "edit") return editEntryView(context);
  if (id) return entryView(context);
  return listView(context);
}

function gate() {
  return { title: t("place.entries"), node: h("section", {}, h("h1", {}, t("entries.title")), signInFirst(t("gate.entries"))) };
}

const write = () => h("a", { class: "button primary", href: "/journal/new" }, icon("plus"), t("entries.write"));
const talk = () => h("a", { class: "button", href: "/journal/talk" }, icon("talk"), t("entries.talk"));

function listView({ signal }) {
  const shelf = h("div", { class: "entries" });
  const foot = h("div", { class: "actions center" });
  const shown = new Map();
  let offset = 0;

  async function load() {
    put(foot, waiting());
    try {
      const query = new URLSearchParams({ limit: AT_ONCE, offset, sort: "-felt_at" });
      const [page, known] = await Promise.all([get(`/entries?${query}`, { signal }), emotionsById()]);
      if (signal.aborted) return;
      offset += page.entries.length;
      for (const entry of page.entries) place(entry, known);
      put(foot, offset < page.total && page.entries.length ? more() : null);
      if (page.total === 0) {
        put(shelf, empty({ title: t("entries.none"), text: t("entries.none.text"), actions: [write(), talk()] }));
      }
    } catch (error) {
      if (!signal.aborted) put(foot, problem(error, load));
    }
  }

  const more = () => h("button", { type: "button", class: "button", on: { click: load } }, t("more"));

  function place(entry, known) {
    const day = dayOf(entry.felt_at ?? entry.created_at, entry.time_zone ?? zone);
    if (!shown.has(day)) {
      const rows = h("ul", { class: "plain" });
      const heading = h("h2", { class: "day" }, day === today() ? t("today") : dayName(day));
      shelf.append(h("section", {}, heading, rows));
      shown.set(day, rows);
    }
    shown.get(day).append(h("li", {}, entryCard(entry, known)));
  }

  load();
  const node = h(
    "section",
    {},
    h("div", { class: "title-row" }, h("h1", {}, t("entries.title")), h("div", { class: "actions" }, talk(), write())),
    shelf,
    foot,
  );
  return { title: t("place.entries"), node };
}

const dayName = (day) => (day.slice(0, 4) === today().slice(0, 4) ? friendlyDay(day) : longDay(day));

/** One entry as a card that leads to it. */
export function entryCard(entry, known) {
  const names = entry.emotions.map((id) => emotionName(id));
  const colors = entry.emotions.map((id) => colorOf(known, id));
  return h(
    "a",
    { class: "entry-card", href: `/journal/entries/${entry.id}`, style: { "--mood": moodOf(colors) } },
    h("span", { class: "unseen" }, t("entry.felt", { emotions: list(names), strength: strength(entry.intensity) })),
    h("span", { class: "entry-text", dir: "auto" }, entry.situation),
    h(
      "span",
      { class: "entry-foot", "aria-hidden": "true" },
      entry.emotions.slice(0, 3).map((id) => tag({ name: emotionName(id), color: colorOf(known, id) })),
      names.length > 3 ? h("span", { class: "small" }, `+${names.length - 3}`) : null,
    ),
    h(
      "span",
      { class: "entry-when" },
      entry.has_visualization ? [icon("draw"), h("span", { class: "unseen" }, t("entry.has_picture"))] : null,
      h("time", { datetime: entry.felt_at }, clock(entry.felt_at ?? entry.created_at, entry.time_zone ?? zone)),
    ),
  );
}

/** Colours beside each other, softly. */
export function moodOf(colors) {
  if (colors.length < 2) return `linear-gradient(${colors[0] ?? "transparent"}, ${colors[0] ?? "transparent"})`;
  return `linear-gradient(160deg, ${colors.join(", ")})`;
}
