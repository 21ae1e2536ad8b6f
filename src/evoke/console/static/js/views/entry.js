/** One entry: what was written, how it felt, and its picture. */

import { get, remove } from "../api.js";
import { h, put } from "../dom.js";
import { clock, dayOf, longDay, zone } from "../dates.js";
import { colorOf, emotionName, emotionsById, strength } from "../feelings.js";
import { tag } from "../parts/chips.js";
import { icon } from "../parts/icons.js";
import { problem, say, waiting } from "../parts/notices.js";
import * as sheet from "../parts/sheet.js";
import * as router from "../router.js";
import { t } from "../texts.js";
import { pictureOf } from "./entry_picture.js";

export function entryView({ params: [id], signal, again }) {
  const node = h("section", { class: "entry" }, waiting());
  load();
  return { title: t("entry.title"), node };

  async function load() {
    try {
      const [entry, known] = await Promise.all([get(`/entries/${id}`, { signal }), emotionsById()]);
      if (!signal.aborted) put(node, show(entry, known));
    } catch (error) {
      if (!signal.aborted) put(node, back(), problem(error, again));
    }
  }

  function show(entry, known) {
    const place = entry.time_zone ?? zone;
    return [
      back(),
      h("p", { class: "eyebrow" }, `${longDay(dayOf(entry.felt_at, place))} · ${clock(entry.felt_at, place)}`),
      h("h1", { class: "unseen" }, t("entry.title")),
      h(
        "p",
        { class: "tags" },
        entry.emotions.map((each) => tag({ name: emotionName(each), color: colorOf(known, each) })),
        h("span", { class: "strength" }, strength(entry.intensity)),
      ),
      h("p", { class: "entry-situation", dir: "auto" }, entry.situation),
      entry.notes ? [h("h2", {}, t("entry.notes")), h("p", { class: "entry-notes", dir: "auto" }, entry.notes)] : null,
      pictureOf(entry, signal),
      h(
        "div",
        { class: "actions" },
        h("a", { class: "button", href: `/journal/entries/${entry.id}/edit` }, icon("edit"), t("edit")),
        h("button", { type: "button", class: "button danger-quiet", on: { click: () => erase(entry) } }, icon("bin"), t("delete")),
      ),
    ];
  }

  async function erase(entry) {
    const sure = await sheet.confirm({
      title: t("entry.delete.title"),
      text: t("entry.delete.text"),
      action: t("delete"),
    });
    if (!sure) return;
    try {
      await remove(`/entries/${entry.id}`);
      say(t("entry.deleted"));
      router.go("/journal/entries", { replace: true });
    } catch (error) {
      node.prepend(problem(error));
    }
  }
}

const back = () => h("a", { class: "back", href: "/journal/entries" }, icon("back"), t("place.entries"));
