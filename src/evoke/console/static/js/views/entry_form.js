/** Writing an entry, and changing one. */

import { get, post, put as putTo } from "../api.js";
import { h, put } from "../dom.js";
import { toLocalInput, zone } from "../dates.js";
import { emotions } from "../feelings.js";
import { chooser } from "../parts/chips.js";
import { intensity, longText } from "../parts/fields.js";
import { icon } from "../parts/icons.js";
import { problem, say, signInFirst, waiting } from "../parts/notices.js";
import * as router from "../router.js";
import * as session from "../session.js";
import { t } from "../texts.js";

const MAX_SITUATION = 5000;
const MAX_NOTES = 10000;

export function newEntryView({ query, signal }) {
  const title = t("entry.new");
  if (!session.user()) return { title, node: h("section", {}, h("h1", {}, title), signInFirst(t("gate.entries"))) };
  const day = /^\d{4}-\d{2}-\d{2}$/.test(query.get("day") ?? "") ? query.get("day") : null;
  return { title, node: editor({ title, signal, back: "/journal/entries", load: async () => blank(day) }) };
}

export function editEntryView({ params: [id], signal }) {
  const title = t("entry.change");
  const load = () => get(`/entries/${id}`, { signal });
  return { title, node: editor({ title, signal, back: `/journal/entries/${id}`, load }) };
}

function blank(day) {
  const now = new Date();
  const felt = day ? new Date(`${day}T${String(now.getHours()).padStart(2, "0")}:00`) : now;
  return { id: null, situation: "", emotions: [], intensity: 0.5, notes: "", felt_at: felt.toISOString() };
}

function editor({ title, signal, back, load }) {
  const body = h("div", {}, waiting());
  begin();
  return h("section", { class: "editor" }, h("a", { class: "back", href: back }, icon("back"), t("back")), h("h1", {}, title), body);

  async function begin() {
    try {
      const [entry, known] = await Promise.all([load(), emotions()]);
      if (!signal.aborted) put(body, form(entry, known));
    } catch (error) {
      if (!signal.aborted) put(body, problem(error, begin));
    }
  }

  function form(entry, known) {
    const chosen = new Set(entry.emotions);
    const situation = longText({
      label: t("entry.situation"),
      placeholder: t("entry.situation.hint"),
      value: entry.situation,
      max: MAX_SITUATION,
      rows: 5,
    });
    const strong = intensity({ value: entry.intensity });
    const notes = longText({ label: t("entry.notes"), value: entry.notes ?? "", max: MAX_NOTES, rows: 4 });
    const shownTime = toLocalInput(entry.felt_at);
    const time = h("input", { type: "datetime-local", id: "felt-at", value: shownTime, required: true });
    const wrong = h("div");
    const act = h("button", { type: "submit", class: "button primary wide" }, t("save"));

    async function submit(event) {
      event.preventDefault();
      const missing = situation.text() ? (chosen.size ? null : "entry.no_emotion") : "entry.no_situation";
      if (missing) {
        put(wrong, h("p", { class: "missing", role: "alert" }, t(missing)));
        if (!situation.text()) situation.input.focus();
        return;
      }
      const sent = {
        situation: situation.text(),
        emotions: [...chosen],
        intensity: strong.value(),
        notes: notes.text() || null,
        // The minute shown is less than what is stored, and may be of another zone: sent only when it was changed.
        ...(entry.id && time.value === shownTime ? {} : { felt_at: new Date(time.value).toISOString(), time_zone: zone }),
      };
      act.disabled = true;
      put(wrong);
      try {
        const saved = entry.id ? await putTo(`/entries/${entry.id}`, sent) : (await post("/entries", sent)).entry;
        say(t("entry.saved"));
        router.go(`/journal/entries/${saved.id}`, { replace: true });
      } catch (error) {
        act.disabled = false;
        put(wrong, problem(error));
      }
    }

    return h(
      "form",
      { class: "stack", on: { submit } },
      situation.node,
      chooser({ legend: t("entry.emotions"), items: known, chosen, onChange: () => put(wrong) }),
      h("div", { class: "card" }, strong.node),
      h("div", { class: "field" }, h("label", { for: "felt-at" }, t("entry.when")), time),
      h("details", { open: Boolean(entry.notes) }, h("summary", {}, t("entry.add_notes")), notes.node),
      wrong,
      act,
    );
  }
}
