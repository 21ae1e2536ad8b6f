/** The words of the page. Each language is one module under texts/ with the same keys; English is always there. */

import * as storage from "./storage.js";
import { de } from "./texts/de.js";
import { en } from "./texts/en.js";

const KEY = "evoke.language";
export const LANGUAGES = { en: "English", de: "Deutsch" };
const TABLES = { en, de };

const chosen = storage.read(KEY);
const wanted = [chosen, ...navigator.languages].map((tag) => String(tag ?? "").split("-")[0]);

/** Of the words. */
export const language = wanted.find((each) => each in TABLES) ?? "en";

/** Of dates and numbers: the person's own, as long as it speaks the language of the words. */
export const locale = navigator.languages.find((tag) => tag.split("-")[0] === language) ?? language;

const plurals = new Intl.PluralRules(locale);

export function has(key) {
  return key in TABLES[language] || key in en;
}

/** The text of `key`; `{name}` in it becomes `params.name`, and `params.count` chooses between plural forms. */
export function t(key, params = {}) {
  let found = TABLES[language][key] ?? en[key] ?? key;
  if (typeof found === "object") found = found[plurals.select(params.count)] ?? found.other;
  return found.replace(/\{(\w+)\}/g, (whole, name) => params[name] ?? whole);
}

/** Take effect with the next load of the page. */
export function choose(tag) {
  if (tag in TABLES) storage.write(KEY, tag);
}

/** `a, b and c` as the language joins them. */
export function list(texts) {
  return new Intl.ListFormat(locale, { type: "conjunction" }).format(texts);
}
