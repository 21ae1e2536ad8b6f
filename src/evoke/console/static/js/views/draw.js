/** Draw my feelings: choose, perhaps tell what happened, see it drawn. Works signed in or not. */

import { follow } from "../api.js";
import { calm, h, put } from "../dom.js";
import { CATEGORIES, FEELINGS } from "../feelings.js";
import { friendlyDay, today } from "../dates.js";
import { chooser } from "../parts/chips.js";
import { longText } from "../parts/fields.js";
import { icon } from "../parts/icons.js";
import { problem } from "../parts/notices.js";
import { drawingProgress } from "../parts/progress.js";
import * as session from "../session.js";
import { t } from "../texts.js";
import { resultOf } from "./drawn.js";

const MIN_STORY = 50;
const MAX_STORY = 5000;

// What was chosen and written outlives a look at another view, and an error; nothing keeps it once the page closes.
const draft = { category: null, feelings: new Set(), story: "", telling: false };
session.onChange(() => {
  if (!session.user()) forgetDraft();
});

function forgetDraft() {
  Object.assign(draft, { category: null, feelings: new Set(), story: "", telling: false });
}

export function drawView({ signal }) {
  const node = h("section", { class: "draw" });
  showForm(node, signal);
  return { title: t("place.draw"), node };
}

function showForm(node, signal, error = null) {
  const rest = h("div", { class: "draw-rest" });
  const categories = h(
    "fieldset",
    { class: "categories" },
    h("legend", { class: "unseen" }, t("draw.category")),
    Object.keys(CATEGORIES).map((id) => category(id, () => showFeelings(true))),
  );

  function showFeelings(moved) {
    put(rest);
    if (!draft.category) return;
    const shown = CATEGORIES[draft.category];
    for (const id of draft.feelings) if (!shown.includes(id)) draft.feelings.delete(id);
    const items = shown.map((id) => ({ id, name: t(`feeling.${id}`), ...FEELINGS[id] }));
    const ways = waysOn({ node, signal });
    put(
      rest,
      chooser({
        legend: t("draw.which"),
        hint: t("draw.several"),
        items,
        chosen: draft.feelings,
        onChange: ways.update,
      }),
      ways.element,
    );
    if (moved) rest.scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
  }

  put(
    node,
    h("p", { class: "eyebrow" }, friendlyDay(today())),
    h("h1", {}, t("draw.title")),
    h("p", { class: "lead" }, t("draw.lead")),
    error ? problem(error) : null,
    categories,
    rest,
  );
  showFeelings(false);
}

function category(id, onChoose) {
  const input = h("input", {
    type: "radio",
    name: "category",
    value: id,
    checked: draft.category === id,
    on: {
      change: () => {
        draft.category = id;
        onChoose();
      },
    },
  });
  return h(
    "label",
    { class: `category category-${id}` },
    input,
    h("span", { class: "category-art", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
    h("span", { class: "category-name" }, t(`category.${id}`)),
    h("span", { class: "category-text" }, t(`category.${id}.text`)),
  );
}

/** The two ways on: draw what was chosen, or tell what happened first. */
function waysOn({ node, signal }) {
  const missing = h("p", { class: "missing", role: "alert" });
  const story = longText({
    label: t("story.label"),
    hint: t("story.hint"),
    placeholder: t("story.placeholder"),
    value: draft.story,
    min: MIN_STORY,
    max: MAX_STORY,
    rows: 7,
    onInput: (text) => {
      draft.story = text;
      put(missing);
    },
  });
  const storyPart = h("div", { class: "story-part", id: "story-part", hidden: !draft.telling }, story.node);
  const drawFeeling = h(
    "button",
    { type: "button", class: "button primary", on: { click: () => start("feeling") } },
    icon("draw"),
    h("span", {}, t("draw.feeling")),
  );
  const tell = h(
    "button",
    {
      type: "button",
      class: "button",
      "aria-expanded": String(draft.telling),
      "aria-controls": "story-part",
      on: { click: () => (draft.telling ? start("story") : openStory()) },
    },
    icon("edit"),
    h("span", {}, t("draw.tell")),
  );

  function openStory() {
    draft.telling = true;
    showTelling();
    story.input.focus();
  }

  function showTelling() {
    storyPart.hidden = !draft.telling;
    drawFeeling.classList.toggle("primary", !draft.telling);
    tell.classList.toggle("primary", draft.telling);
    tell.setAttribute("aria-expanded", String(draft.telling));
    tell.lastChild.textContent = t(draft.telling ? "draw.story" : "draw.tell");
  }

  function start(kind) {
    if (!draft.feelings.size) {
      put(missing, t("draw.choose_first"));
      return;
    }
    if (kind === "story" && story.length() < MIN_STORY) {
      put(missing, t("text.missing", { count: MIN_STORY - story.length() }));
      story.input.focus();
      return;
    }
    draw({ node, signal, kind });
  }

  showTelling();
  const element = h("div", { class: "ways" }, storyPart, missing, h("div", { class: "actions" }, drawFeeling, tell));
  return { element, update: () => put(missing) };
}

async function draw({ node, signal, kind }) {
  const asked = {
    kind,
    feeling_category: draft.category,
    selected_emotions: [...draft.feelings],
    ...(kind === "story" ? { story_text: draft.story.trim() } : {}),
  };
  const stop = new AbortController();
  signal.addEventListener("abort", () => stop.abort());
  const progress = drawingProgress({
    colors: asked.selected_emotions.map((id) => FEELINGS[id].color),
    onCancel: () => stop.abort(),
  });
  const heading = h("h1", { tabindex: "-1" }, t(kind === "story" ? "draw.story_now" : "draw.feeling_now"));
  put(node, h("div", { class: "drawing" }, heading, progress.node));
  heading.focus({ preventScroll: true });
  scrollTo(0, 0);
  try {
    const { kind: _, ...body } = asked;
    const answer = await follow("POST", `/visualizations/${kind}`, { body, signal: stop.signal, report: progress.report });
    if (signal.aborted) return;
    if (kind === "story") draft.story = "";
    draft.telling = false;
    put(node, resultOf({ answer, asked, signal, onAgain: () => draw({ node, signal, kind }), onNew: () => startOver(node, signal) }));
    node.querySelector("h1").focus({ preventScroll: true });
  } catch (error) {
    if (signal.aborted) return;
    showForm(node, signal, error.name === "AbortError" ? null : error);
  }
}

function startOver(node, signal) {
  forgetDraft();
  showForm(node, signal);
  scrollTo(0, 0);
}
