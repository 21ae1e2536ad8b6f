/** A month of moods: each day in the colours of its emotions, the stronger the more. */

import { get } from "../api.js";
import { inkOn, over } from "../colors.js";
import { h, put } from "../dom.js";
import { addDays, addMonths, dayOf, friendlyDay, longDay, monthName, noon, today, weekdays, weeksOf, zone } from "../dates.js";
import { colorOf, emotionName, emotionsById, strength } from "../feelings.js";
import { tag } from "../parts/chips.js";
import { icon } from "../parts/icons.js";
import { problem, signInFirst, waiting } from "../parts/notices.js";
import * as session from "../session.js";
import { list, t } from "../texts.js";
import * as theme from "../theme.js";
import { entryCard } from "./entries.js";

const AT_ONCE = 100;
const MOST_PAGES = 10;
const MOST_COLORS = 3;
// The surface of the page, and how much of a colour even the faintest feeling has on it: dark swallows more.
const GROUND = { light: { color: "#fffdfa", faintest: 0.35 }, dark: { color: "#211f2b", faintest: 0.55 } };

export function calendarView({ query, signal }) {
  const title = t("place.calendar");
  if (!session.user()) return { title, node: h("section", {}, h("h1", {}, t("calendar.title")), signInFirst(t("gate.calendar"))) };
  const asked = query.get("month") ?? "";
  let month = /^\d{4}-(0[1-9]|1[0-2])$/.test(asked) ? asked : today().slice(0, 7);
  let selected = month === today().slice(0, 7) ? today() : `${month}-01`;
  let days = new Map();
  let known = new Map();
  let asking = new AbortController();

  const name = h("h2", { class: "month", "aria-live": "polite" });
  const grid = h("table", { class: "calendar", role: "grid" });
  const below = h("div", { class: "calendar-below" });
  const state = h("div");
  signal.addEventListener("abort", () => asking.abort());
  theme.onChange(() => draw(), signal);

  function draw(focus = false) {
    name.textContent = monthName(month);
    grid.setAttribute("aria-label", monthName(month));
    put(
      grid,
      h("thead", {}, h("tr", {}, weekdays().map((day) => h("th", { scope: "col", abbr: day.long }, day.short)))),
      h("tbody", {}, weeksOf(month).map((week) => h("tr", {}, week.map((day) => (day ? cell(day) : h("td", { class: "blank" })))))),
    );
    if (focus) grid.querySelector('[tabindex="0"]')?.focus();
    put(below, entriesOf(selected));
  }

  function cell(day) {
    const found = days.get(day) ?? null;
    const look = found ? lookOf(found, known) : null;
    const button = h(
      "button",
      {
        type: "button",
        class: found ? "mood" : "mood none",
        tabindex: day === selected ? 0 : -1,
        "aria-pressed": String(day === selected),
        "aria-current": day === today() ? "date" : null,
        "aria-label": found ? described(day, found) : t("calendar.nothing", { day: longDay(day) }),
        style: look ? { background: look.background, color: look.ink } : {},
        dataset: { day },
        on: { click: () => select(day) },
      },
      h("span", {}, String(Number(day.slice(8)))),
      found && found.entries.length > 1
        ? h("span", { class: "mood-count" }, found.entries.slice(0, 4).map(() => h("i")))
        : null,
    );
    return h("td", {}, button);
  }

  function described(day, { entries, emotions, intensity }) {
    const felt = list(emotions.map(([id]) => emotionName(id)));
    return `${longDay(day)}: ${felt}, ${strength(intensity)}, ${t("calendar.count", { count: entries.length })}`;
  }

  function entriesOf(day) {
    const entries = days.get(day)?.entries ?? [];
    const write = day <= today() ? h("a", { class: "button small", href: `/journal/new?day=${day}` }, icon("plus"), t("entries.write")) : null;
    return [
      h("div", { class: "title-row" }, h("h2", {}, day === today() ? t("today") : friendlyDay(day)), write),
      entries.length
        ? h("ul", { class: "plain" }, entries.map((entry) => h("li", {}, entryCard(entry, known))))
        : h("p", { class: "hint" }, t("calendar.no_entries")),
    ];
  }

  function select(day, focus = false) {
    selected = day;
    if (day.slice(0, 7) !== month) return turn(day.slice(0, 7), focus);
    return draw(focus || grid.contains(document.activeElement));
  }

  async function turn(to, focus = false) {
    month = to;
    if (selected.slice(0, 7) !== month) selected = month === today().slice(0, 7) ? today() : `${month}-01`;
    days = new Map();
    history.replaceState(null, "", `/journal/calendar?month=${month}`);
    draw(focus);
    asking.abort();
    asking = new AbortController();
    const { signal: current } = asking;
    put(state, waiting());
    try {
      const [entries, catalog] = await Promise.all([entriesIn(month, current), emotionsById()]);
      if (current.aborted) return;
      known = catalog;
      days = byDay(entries);
      put(state, days.size ? legend() : null);
      draw(grid.contains(document.activeElement));
    } catch (error) {
      if (!current.aborted) put(state, problem(error, () => turn(month)));
    }
  }

  function legend() {
    const counts = new Map();
    for (const { emotions } of days.values()) for (const [id, count] of emotions) counts.set(id, (counts.get(id) ?? 0) + count);
    const ids = [...counts].sort((a, b) => b[1] - a[1]).map(([id]) => id);
    return h("p", { class: "tags legend", "aria-label": t("calendar.legend") }, ids.map((id) => tag({ name: emotionName(id), color: colorOf(known, id) })));
  }

  grid.addEventListener("keydown", (event) => {
    const step = stepOf(event, selected);
    if (step === null) return;
    event.preventDefault();
    select(step, true);
  });
  turn(month);
  const arrow = (which, count) =>
    h("button", { type: "button", class: "icon-button", "aria-label": t(`calendar.${which}`), on: { click: () => turn(addMonths(month, count)) } }, icon(which));
  const node = h(
    "section",
    { class: "calendar-view" },
    h("h1", {}, t("calendar.title")),
    h(
      "div",
      { class: "calendar-card card" },
      h(
        "div",
        { class: "month-row" },
        name,
        h("button", { type: "button", class: "button small", on: { click: () => select(today()) } }, t("today")),
        arrow("back", -1),
        arrow("forward", 1),
      ),
      grid,
      state,
    ),
    below,
  );
  return { title, node };
}

function stepOf({ key }, day) {
  const sign = document.dir === "rtl" ? -1 : 1;
  const steps = { ArrowLeft: -sign, ArrowRight: sign, ArrowUp: -7, ArrowDown: 7 };
  if (key in steps) return addDays(day, steps[key]);
  if (key === "PageUp" || key === "PageDown") return `${addMonths(day.slice(0, 7), key === "PageUp" ? -1 : 1)}-01`;
  if (key === "Home") return `${day.slice(0, 7)}-01`;
  if (key === "End") return addDays(`${addMonths(day.slice(0, 7), 1)}-01`, -1);
  return null;
}

/** All entries whose own day is in the month: asked for with a day to spare on both sides, zones differ by as much. */
async function entriesIn(month, signal) {
  const entries = [];
  const after = noon(addDays(`${month}-01`, -2)).toISOString();
  const before = noon(addDays(`${addMonths(month, 1)}-01`, 1)).toISOString();
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = new URLSearchParams({ limit: AT_ONCE, offset: entries.length, sort: "felt_at", felt_after: after, felt_before: before });
    const found = await get(`/entries?${query}`, { signal });
    entries.push(...found.entries);
    if (!found.entries.length || entries.length >= found.total) break;
  }
  return entries.filter((entry) => ownDay(entry).startsWith(month));
}

const ownDay = (entry) => dayOf(entry.felt_at, entry.time_zone ?? zone);

/** For each day its entries, its emotions with their counts (the most frequent first) and its mean intensity. */
function byDay(entries) {
  const days = new Map();
  for (const entry of entries) {
    const day = ownDay(entry);
    if (!days.has(day)) days.set(day, []);
    days.get(day).push(entry);
  }
  return new Map([...days].map(([day, found]) => [day, summed(found)]));
}

function summed(entries) {
  const counts = new Map();
  for (const { emotions } of entries) for (const id of emotions) counts.set(id, (counts.get(id) ?? 0) + 1);
  const intensity = entries.reduce((sum, entry) => sum + entry.intensity, 0) / entries.length;
  return { entries, emotions: [...counts].sort((a, b) => b[1] - a[1]), intensity };
}

function lookOf({ emotions, intensity }, known) {
  const ground = GROUND[theme.isDark() ? "dark" : "light"];
  const share = ground.faintest + (1 - ground.faintest) * intensity;
  const colors = emotions.slice(0, MOST_COLORS).map(([id]) => over(colorOf(known, id), ground.color, share));
  const background = colors.length > 1 ? `linear-gradient(150deg, ${colors.join(", ")})` : colors[0];
  return { background, ink: inkOn(colors) };
}
