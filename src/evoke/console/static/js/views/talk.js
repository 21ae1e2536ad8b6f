/** A short guided conversation that ends as an entry: two to five questions, each with answers to choose from. */

import { post } from "../api.js";
import { h, put } from "../dom.js";
import { emotions } from "../feelings.js";
import { chooser } from "../parts/chips.js";
import { intensity, longText } from "../parts/fields.js";
import { icon } from "../parts/icons.js";
import { problem, signInFirst, waiting } from "../parts/notices.js";
import { supportCard } from "../parts/support.js";
import * as session from "../session.js";
import { t } from "../texts.js";

const MAX_SITUATION = 5000;
const MAX_ADDED = 2000;

export function talkView({ signal }) {
  const title = t("talk.title");
  if (!session.user()) return { title, node: h("section", {}, h("h1", {}, title), signInFirst(t("gate.entries"))) };
  const care = h("div");
  const said = h("div", { class: "talk-said", role: "log", "aria-label": title });
  const turn = h("div", { class: "talk-turn" });
  const hinted = new Set();
  let sessionId = null;
  let understood = null;

  const theirs = (text) => said.append(h("p", { class: "bubble-theirs", dir: "auto" }, text));
  const mine = (text) => said.append(h("p", { class: "bubble-mine", dir: "auto" }, text));

  /** Ask the server; on failure the same turn comes back with what went wrong above it. */
  async function ask(path, body, onAnswer, onFailure) {
    put(turn, waiting(t("talk.thinking")));
    try {
      const answer = await post(`/intake/${path}`, body, { signal });
      if (signal.aborted) return;
      if (answer.support) put(care, supportCard(answer.support));
      onAnswer(answer);
      turn.scrollIntoView({ block: "nearest" });
    } catch (error) {
      if (signal.aborted) return;
      onFailure();
      turn.prepend(problem(error));
    }
  }

  function begin(text = "") {
    const situation = longText({ label: t("talk.begin"), placeholder: t("entry.situation.hint"), value: text, max: MAX_SITUATION, rows: 4 });
    const submit = (event) => {
      event.preventDefault();
      const words = situation.text();
      if (!words) return situation.input.focus();
      return ask(
        "analyze",
        { situation: words },
        (answer) => {
          sessionId = answer.session_id;
          mine(words);
          goOn(answer);
        },
        () => begin(words),
      );
    };
    put(turn, h("form", { class: "stack", on: { submit } }, situation.node, h("button", { type: "submit", class: "button primary" }, t("talk.send"))));
  }

  function goOn({ scenarios, is_complete: complete, ai_context: context }) {
    if (context && context !== understood) theirs(context);
    understood = context;
    if (complete || !scenarios.length) return finish();
    for (const { question } of scenarios) theirs(question);
    return offer(scenarios);
  }

  function offer(scenarios) {
    const added = longText({ label: t("talk.add"), max: MAX_ADDED, rows: 2 });
    const choose = (option) =>
      ask(
        "refine",
        { session_id: sessionId, selected_option_id: option.id, additional_context: added.text() || null },
        (answer) => {
          for (const id of option.emotion_indicators) hinted.add(id);
          mine(added.text() ? `${option.text}\n${added.text()}` : option.text);
          goOn(answer);
        },
        () => offer(scenarios),
      );
    put(
      turn,
      h(
        "div",
        { class: "talk-options" },
        scenarios.flatMap(({ options }) =>
          options.map((option) => h("button", { type: "button", class: "button option", dir: "auto", on: { click: () => choose(option) } }, option.text)),
        ),
      ),
      h("details", {}, h("summary", {}, t("talk.add")), added.node),
    );
  }

  async function finish() {
    put(turn, waiting());
    try {
      const items = await emotions();
      if (!signal.aborted) showEnd(items);
    } catch (error) {
      if (!signal.aborted) put(turn, problem(error, finish));
    }
  }

  function showEnd(items, strong = intensity({})) {
    const missing = h("p", { class: "missing", role: "alert" });
    const submit = (event) => {
      event.preventDefault();
      if (!hinted.size) return put(missing, t("entry.no_emotion"));
      const body = { session_id: sessionId, final_emotions: [...hinted], intensity: strong.value() };
      return ask("complete", body, showSummary, () => showEnd(items, strong));
    };
    put(
      turn,
      h(
        "form",
        { class: "stack", on: { submit } },
        chooser({ legend: t("talk.felt"), items, chosen: hinted, onChange: () => put(missing) }),
        h("div", { class: "card" }, strong.node),
        missing,
        h("button", { type: "submit", class: "button primary" }, t("talk.finish")),
      ),
    );
  }

  function showSummary({ entry, ai_summary: summary, insights, generated_by: maker }) {
    theirs(summary);
    put(
      turn,
      h("ul", { class: "insights" }, insights.map((each) => h("li", { dir: "auto" }, each))),
      maker ? h("p", { class: "made-by" }, t(`found_by.${maker}`)) : null,
      h("a", { class: "button primary", href: `/journal/entries/${entry.id}` }, icon("book"), t("talk.open")),
    );
  }

  begin();
  const node = h(
    "section",
    { class: "talk" },
    h("a", { class: "back", href: "/journal/entries" }, icon("back"), t("place.entries")),
    care,
    h("h1", {}, title),
    h("p", { class: "lead" }, t("talk.lead")),
    said,
    turn,
  );
  return { title, node };
}
