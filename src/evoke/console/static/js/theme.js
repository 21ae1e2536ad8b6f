/** Light or dark: as the system says, unless the person chose. */

import * as storage from "./storage.js";

const KEY = "evoke.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");
const changes = new EventTarget();

export const THEMES = ["system", "light", "dark"];

export const chosen = () => storage.read(KEY) ?? "system";

export const isDark = () => (chosen() === "system" ? dark.matches : chosen() === "dark");

export function choose(theme) {
  storage.write(KEY, theme);
  apply();
  changes.dispatchEvent(new Event("change"));
}

export function apply() {
  document.documentElement.dataset.theme = chosen();
}

/** Call `listener` when the ground changes, until `signal` says stop. */
export function onChange(listener, signal) {
  changes.addEventListener("change", listener, { signal });
  dark.addEventListener("change", listener, { signal });
}
