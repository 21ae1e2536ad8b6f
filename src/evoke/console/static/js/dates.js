/** Days and times as the person reads them. A day is a text `YYYY-MM-DD`, which sorts as days do. */

import { locale } from "./texts.js";

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

const parts = new Map();

function formatter(options) {
  const key = JSON.stringify(options);
  if (!parts.has(key)) parts.set(key, new Intl.DateTimeFormat(locale, options));
  return parts.get(key);
}

/** The wall-clock day of an instant in a zone (IANA). */
export function dayOf(instant, timeZone = zone) {
  // The Swedish form of a date is the ISO one.
  return new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" }).format(new Date(instant));
}

export const today = () => dayOf(Date.now());

/** Noon of a day, UTC: far from every change of date, whatever is added or formatted. */
export const noon = (day) => new Date(`${day}T12:00:00Z`);

export function addDays(day, count) {
  const date = noon(day);
  date.setUTCDate(date.getUTCDate() + count);
  return date.toISOString().slice(0, 10);
}

/** `month` is `YYYY-MM`. */
export function addMonths(month, count) {
  const date = noon(`${month}-01`);
  date.setUTCMonth(date.getUTCMonth() + count);
  return date.toISOString().slice(0, 7);
}

export const longDay = (day) =>
  formatter({ weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(noon(day));
export const friendlyDay = (day) =>
  formatter({ weekday: "long", day: "numeric", month: "long", timeZone: "UTC" }).format(noon(day));
export const shortDay = (day) => formatter({ day: "numeric", month: "short", timeZone: "UTC" }).format(noon(day));
export const monthName = (month) =>
  formatter({ month: "long", year: "numeric", timeZone: "UTC" }).format(noon(`${month}-01`));
export const clock = (instant, timeZone = zone) =>
  formatter({ hour: "numeric", minute: "2-digit", timeZone }).format(new Date(instant));

/** 1 (Monday) to 7 (Sunday): where the week of this locale begins. */
export function firstWeekday() {
  const found = new Intl.Locale(locale);
  return (found.getWeekInfo?.() ?? found.weekInfo)?.firstDay ?? 1;
}

/** Seven `{short, long}` names, beginning where the week does. */
export function weekdays() {
  return Array.from({ length: 7 }, (_, index) => {
    const day = addDays("2024-01-01", firstWeekday() - 1 + index); // a Monday
    const name = (weekday) => formatter({ weekday, timeZone: "UTC" }).format(noon(day));
    return { short: name("narrow"), long: name("long") };
  });
}

/** The weeks of a month as rows of seven days or null. */
export function weeksOf(month) {
  const first = noon(`${month}-01`);
  const weekday = first.getUTCDay() || 7;
  const blanks = (weekday - firstWeekday() + 7) % 7;
  const length = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  const cells = Array.from({ length: blanks }, () => null);
  for (let day = 1; day <= length; day += 1) cells.push(`${month}-${String(day).padStart(2, "0")}`);
  while (cells.length % 7) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}

/** What <input type="datetime-local"> wants: the wall clock of this browser. */
export function toLocalInput(instant) {
  const date = new Date(instant);
  const two = (number) => String(number).padStart(2, "0");
  const day = `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
