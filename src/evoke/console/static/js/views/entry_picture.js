/** The picture of an entry: asked for in a style, followed while it is drawn, shown when it is there. */

import { ApiError, follow, get, post, remove } from "../api.js";
import { h, put } from "../dom.js";
import { problem, waiting } from "../parts/notices.js";
import { captionOf, samePlace, saveButton } from "../parts/pictures.js";
import { drawingProgress } from "../parts/progress.js";
import * as sheet from "../parts/sheet.js";
import { supportCard } from "../parts/support.js";
import { t } from "../texts.js";

const STYLES = ["abstract", "diagram", "metaphor"];
const POLL_MS = 2000;

export function pictureOf(entry, signal) {
  const node = h("section", { class: "entry-picture card" }, h("h2", {}, t("picture.title")));
  const body = node.appendChild(h("div"));
  if (entry.visualization_id) attach(entry.visualization_id);
  else showStyles();
  return node;

  function showStyles(error = null) {
    let style = STYLES[0];
    const choice = (id) =>
      h(
        "label",
        { class: `style style-${id}` },
        h("input", { type: "radio", name: "style", value: id, checked: id === style, on: { change: () => (style = id) } }),
        h("span", { class: "style-art", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
        h("span", {}, t(`style.${id}`)),
      );
    put(
      body,
      error ? problem(error) : null,
      h("p", { class: "hint" }, t("picture.hint")),
      h("fieldset", { class: "styles" }, h("legend", { class: "unseen" }, t("picture.style")), STYLES.map(choice)),
      h("button", { type: "button", class: "button primary", on: { click: () => ask(style) } }, t("picture.draw")),
    );
  }

  async function ask(style) {
    put(body, waiting(t("draw.working")));
    try {
      const answer = await post("/visualizations", { entry_id: entry.id, style });
      await attach(answer.visualization_id);
    } catch (error) {
      if (!signal.aborted) showStyles(error);
    }
  }

  async function attach(id) {
    put(body, waiting());
    try {
      let found = await get(`/visualizations/${id}`, { signal });
      if (found.status === "pending" || found.status === "processing") found = await watch(id, found);
      if (signal.aborted) return;
      if (found.status === "completed") showPicture(found);
      else showStyles(new ApiError({ code: found.error_code ?? "", message: found.error_message }));
    } catch (error) {
      if (!signal.aborted) showStyles(error.status === 404 ? null : error);
    }
  }

  /** Follow the stream to its end; where streams do not get through (some proxies), ask again and again. */
  async function watch(id, found) {
    const progress = drawingProgress({ colors: [] });
    put(body, progress.node);
    progress.report(found);
    try {
      await follow("GET", `/visualizations/${id}/events`, { signal, report: progress.report });
    } catch (error) {
      if (signal.aborted) throw error;
    }
    for (;;) {
      const now = await get(`/visualizations/${id}`, { signal });
      if (now.status !== "pending" && now.status !== "processing") return now;
      progress.report(now);
      await rest(signal);
    }
  }

  function showPicture(drawn) {
    const palette = (drawn.visual_elements ?? []).find((each) => each.type === "color_palette")?.values ?? [];
    const shapes = (drawn.visual_elements ?? []).filter((each) => each.type === "shape");
    const address = samePlace(drawn.image_url);
    put(
      body,
      drawn.support ? supportCard(drawn.support) : null,
      h(
        "figure",
        { class: "picture" },
        h("div", { class: "picture-frame" }, h("img", { src: address, alt: altOf(drawn, shapes), width: 1024, height: 1024 })),
        h("figcaption", {}, captionOf({ colors: palette, madeBy: drawn.generated_by })),
      ),
      drawn.summary ? h("p", { class: "lead", dir: "auto" }, drawn.summary) : null,
      h("ul", { class: "insights" }, (drawn.insights ?? []).map((each) => h("li", { dir: "auto" }, each))),
      h(
        "div",
        { class: "actions" },
        saveButton(address, `evoke-${drawn.style}.png`),
        h("button", { type: "button", class: "button", on: { click: () => showStyles() } }, t("picture.another")),
        h("button", { type: "button", class: "button danger-quiet", on: { click: () => erase(drawn) } }, t("picture.delete")),
      ),
    );
  }

  async function erase(drawn) {
    const sure = await sheet.confirm({ title: t("picture.delete"), text: t("picture.delete.text"), action: t("delete") });
    if (!sure) return;
    try {
      await remove(`/visualizations/${drawn.id}`);
      showStyles();
    } catch (error) {
      body.prepend(problem(error));
    }
  }
}

function altOf(drawn, shapes) {
  return [t(`style.${drawn.style}`), ...shapes.map((each) => each.description)].join(". ");
}

function rest(signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, POLL_MS);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
