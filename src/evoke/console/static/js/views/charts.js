/** The journal over time: how strong, which emotions, and what keeps coming back. */

import { get } from "../api.js";
import { emotionsChart } from "../charts/emotions.js";
import { intensityChart } from "../charts/intensity.js";
import { h, put } from "../dom.js";
import { addDays, longDay, noon, shortDay, today, zone } from "../dates.js";
import { colorOf, emotionName, emotionsById, strength } from "../feelings.js";
import { empty, problem, signInFirst, waiting } from "../parts/notices.js";
import * as session from "../session.js";
import { locale, t } from "../texts.js";

const PERIODS = { "7d": 7, "30d": 30, "90d": 90 };
const WEEK = 7;

export function chartsView({ query, signal }) {
  const title = t("place.charts");
  if (!session.user()) return { title, node: h("section", {}, h("h1", {}, t("charts.title")), signInFirst(t("gate.charts"))) };
  let period = query.get("period") in PERIODS ? query.get("period") : "30d";
  const body = h("div", { class: "charts", "aria-live": "off" });
  let asking = new AbortController();
  signal.addEventListener("abort", () => asking.abort());

  async function load() {
    asking.abort();
    asking = new AbortController();
    const { signal: current } = asking;
    put(body, waiting());
    const granularity = period === "90d" ? "week" : "day";
    const asked = new URLSearchParams({ period, time_zone: zone });
    try {
      const [summary, { timeline }, known] = await Promise.all([
        get(`/analytics/summary?${asked}`, { signal: current }),
        get(`/analytics/emotions/timeline?${asked}&granularity=${granularity}`, { signal: current }),
        emotionsById(),
      ]);
      if (current.aborted) return;
      put(body, summary.total_entries ? show(summary, slotsOf(timeline, granularity), known) : nothing());
    } catch (error) {
      if (!current.aborted) put(body, problem(error, load));
    }
  }

  function slotsOf(timeline, granularity) {
    const byDate = new Map(timeline.map((bucket) => [bucket.date, bucket]));
    const step = granularity === "week" ? WEEK : 1;
    const first = addDays(today(), 1 - PERIODS[period]);
    const slots = [];
    // Weeks of the server begin on Mondays.
    let day = step === WEEK ? addDays(first, -((noon(first).getUTCDay() + 6) % WEEK)) : first;
    for (; day <= today(); day = addDays(day, step)) {
      const full = step === WEEK ? t("charts.week_of", { day: longDay(day) }) : longDay(day);
      slots.push({ label: shortDay(day), full, bucket: byDate.get(day) ?? null });
    }
    return slots;
  }

  const choice = (id) =>
    h(
      "label",
      {},
      h("input", {
        type: "radio",
        name: "period",
        value: id,
        checked: id === period,
        on: {
          change: () => {
            period = id;
            history.replaceState(null, "", `/journal/charts?period=${id}`);
            load();
          },
        },
      }),
      h("span", {}, t("charts.days", { count: PERIODS[id] })),
    );
  load();
  const node = h(
    "section",
    { class: "charts-view" },
    h(
      "div",
      { class: "title-row" },
      h("h1", {}, t("charts.title")),
      h("fieldset", { class: "segments" }, h("legend", { class: "unseen" }, t("charts.period")), Object.keys(PERIODS).map(choice)),
    ),
    body,
  );
  return { title, node };
}

function nothing() {
  return empty({
    title: t("charts.none"),
    text: t("charts.none.text"),
    actions: [h("a", { class: "button primary", href: "/journal/new" }, t("entries.write"))],
  });
}

function show(summary, slots, known) {
  const number = new Intl.NumberFormat(locale);
  return [
    h(
      "dl",
      { class: "figures" },
      figure(t("charts.entries"), number.format(summary.total_entries)),
      figure(t("charts.average"), strength(summary.average_intensity)),
      figure(t("charts.trend"), t(`trend.${summary.intensity_trend}`)),
      figure(t("charts.pictures"), number.format(summary.total_visualizations)),
    ),
    h("div", { class: "card" }, intensityChart(slots)),
    h("div", { class: "card" }, emotionsChart(slots, known)),
    h("div", { class: "card" }, h("h2", {}, t("charts.common")), shares(summary.most_common_emotions, known)),
    h(
      "div",
      { class: "card" },
      h("h2", {}, t("charts.patterns")),
      summary.patterns.length
        ? h("ul", { class: "insights" }, summary.patterns.map((each) => h("li", { dir: "auto" }, each)))
        : h("p", { class: "hint" }, t("charts.no_patterns")),
    ),
  ];
}

const figure = (name, value) => h("div", { class: "card" }, h("dt", {}, name), h("dd", {}, value));

function shares(found, known) {
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
  const most = Math.max(...found.map((each) => each.percentage), 1);
  return h(
    "ol",
    { class: "shares plain" },
    found.map(({ emotion, count, percentage }) =>
      h(
        "li",
        {},
        h("span", {}, emotionName(emotion)),
        h("span", { class: "share-bar", "aria-hidden": "true" }, h("i", { style: { width: `${(percentage / most) * 100}%`, "background-color": colorOf(known, emotion) } })),
        h("span", { class: "small" }, `${t("charts.times", { count })} · ${percent.format(percentage / 100)}`),
      ),
    ),
  );
}
