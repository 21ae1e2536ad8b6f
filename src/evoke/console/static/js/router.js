/**
 * One page, several addresses. A view is `(context) → {title, node}`; `context` has `params` (what follows the first
 * part of the address), `query`, `signal` (aborted when the view is left) and `again()` (show it anew).
 */

import { put } from "./dom.js";
import { t } from "./texts.js";

const views = new Map();
let outlet = null;
let leaving = new AbortController();
let afterwards = () => {};

export function register(name, view) {
  views.set(name, view);
}

/** Show the view of the current address in `element` and follow links from now on. */
export function start(element, onShown) {
  outlet = element;
  afterwards = onShown;
  addEventListener("popstate", () => show());
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (!/^\/journal(\/|$)/.test(link.pathname)) return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
  show({ quiet: true });
}

export function go(path, { replace = false } = {}) {
  history[replace ? "replaceState" : "pushState"](null, "", path);
  show();
}

/** The view of the current address once more, from the beginning. */
export function again() {
  show({ quiet: true });
}

export const currentView = () => location.pathname.split("/")[2] || "draw";

function show({ quiet = false } = {}) {
  leaving.abort();
  leaving = new AbortController();
  const name = currentView();
  const view = views.get(name) ?? views.get("draw");
  const { title, node } = view({
    params: location.pathname.split("/").slice(3).filter(Boolean),
    query: new URLSearchParams(location.search),
    signal: leaving.signal,
    again,
  });
  document.title = title ? `${title} · ${t("app")}` : t("app");
  put(outlet, node);
  afterwards(name);
  if (quiet) return;
  scrollTo(0, 0);
  // Who listens instead of looking hears that the page changed.
  const heading = outlet.querySelector("h1");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus({ preventScroll: true });
}
