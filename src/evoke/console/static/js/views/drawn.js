/** What was drawn: the picture of a feeling, or the map of a story whose places can be tapped. */

import { h } from "../dom.js";
import { FEELINGS } from "../feelings.js";
import { tag } from "../parts/chips.js";
import { icon } from "../parts/icons.js";
import { addressOf, captionOf, saveButton } from "../parts/pictures.js";
import * as sheet from "../parts/sheet.js";
import { supportCard } from "../parts/support.js";
import * as session from "../session.js";
import { list, t } from "../texts.js";

const CENTER = [50, 50];
const CORNERS = [
  [22, 22],
  [78, 22],
  [22, 78],
  [78, 78],
];

export function resultOf({ answer, asked, signal, onAgain, onNew }) {
  const address = addressOf(answer.image_data, `image/${answer.image_format}`);
  signal.addEventListener("abort", () => URL.revokeObjectURL(address));
  const analysis = answer.story_analysis ?? null;
  // A story that comes with somebody to talk to is not what was drawn: there is no map to tap on then.
  const isMap = analysis !== null && !answer.support;
  const names = asked.selected_emotions.map((id) => t(`feeling.${id}`));
  function altOf() {
    if (isMap) return describe(analysis);
    return analysis ? t("drawn.calm.alt") : t("drawn.alt", { feelings: list(names) });
  }

  const { width, height } = answer.image_size;
  const image = h("img", { src: address, width, height, alt: altOf() });
  const title = isMap ? "drawn.story" : analysis ? "drawn.calm" : "drawn.feeling";
  const repeat = asked.kind === "feeling";
  return h(
    "div",
    { class: "drawn" },
    answer.support ? supportCard(answer.support) : null,
    h("h1", { tabindex: "-1" }, t(title)),
    h(
      "p",
      { class: "tags" },
      asked.selected_emotions.map((id) => tag({ name: t(`feeling.${id}`), color: FEELINGS[id].color })),
    ),
    h(
      "figure",
      { class: "picture card" },
      h("div", { class: "picture-frame" }, image, isMap ? targets(analysis) : null),
      h(
        "figcaption",
        {},
        captionOf({
          colors: answer.dominant_colors ?? [],
          madeBy: answer.generated_by,
          milliseconds: answer.generation_time_ms,
        }),
      ),
    ),
    analysis ? factorList(analysis, isMap) : null,
    h(
      "div",
      { class: "actions" },
      saveButton(address, analysis ? "evoke-story.png" : "evoke-feeling.png"),
      repeat ? h("button", { type: "button", class: "button", on: { click: onAgain } }, icon("draw"), t("drawn.again")) : null,
      h("button", { type: "button", class: "button primary", on: { click: onNew } }, t("drawn.new")),
    ),
    h("p", { class: "hint center" }, t(session.user() ? "drawn.kept" : "drawn.not_kept")),
    analysis ? h("p", { class: "hint center" }, t("drawn.reflection")) : null,
  );
}

function describe({ central_stressor: stressor, factors }) {
  return t("drawn.story_alt", { stressor, factors: list(factors.map((each) => each.factor)) });
}

/** Factors by corner. The fifth shares one; which, the server says; where it does not, the list below has it. */
function byCorner(factors) {
  const corners = [[], [], [], []];
  factors.forEach((factor, index) => {
    const corner = factor.corner ?? (index < CORNERS.length ? index : null);
    corners[corner]?.push(factor);
  });
  return corners;
}

function targets(analysis) {
  const { central_stressor: stressor, factors } = analysis;
  const corners = byCorner(factors);
  return h(
    "div",
    { class: "targets" },
    target(CENTER, stressor, () => openStressor(analysis)),
    CORNERS.map((place, index) => {
      const here = corners[index];
      return here.length ? target(place, list(here.map((each) => each.factor)), () => openFactors(here)) : null;
    }),
  );
}

function target([left, top], name, onTap) {
  return h("button", {
    type: "button",
    class: "target",
    "aria-label": name,
    "aria-haspopup": "dialog",
    style: { left: `${left}%`, top: `${top}%` },
    on: { click: onTap },
  });
}

function openFactors(factors) {
  const [first, ...others] = factors;
  sheet.open({
    title: first.factor,
    content: [
      h("p", { class: "insight", dir: "auto" }, first.insight),
      others.map((each) => [h("h3", { dir: "auto" }, each.factor), h("p", { class: "insight", dir: "auto" }, each.insight)]),
    ],
  });
}

function openStressor({ central_stressor: stressor, factors }) {
  sheet.open({
    title: stressor,
    content: [
      h("p", { class: "sheet-text" }, t("drawn.center")),
      h("ul", { class: "plain" }, factors.map((each) => h("li", { dir: "auto" }, each.factor))),
    ],
  });
}

function factorList({ factors }, isMap) {
  return h(
    "section",
    { class: "factors" },
    h("h2", {}, t("drawn.factors")),
    isMap ? h("p", { class: "hint" }, t("drawn.tap")) : null,
    h(
      "ul",
      { class: "plain rows" },
      factors.map((factor) =>
        h(
          "li",
          {},
          h(
            "button",
            { type: "button", class: "row", "aria-haspopup": "dialog", on: { click: () => openFactors([factor]) } },
            h("span", { dir: "auto" }, factor.factor),
            icon("forward"),
          ),
        ),
      ),
    ),
  );
}
