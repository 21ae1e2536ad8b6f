/**
 * Who is signed in.
 *
 * The tokens are in localStorage so that a person stays signed in when the page is closed. A script from elsewhere
 * could read them there; the page's policy lets none run, and texts never become markup. The access token lasts
 * minutes, the refresh token is good once (a second use ends its session), and signing out voids both on the server.
 */

import * as storage from "./storage.js";

const KEY = "evoke.session";
const EARLY_MS = 30_000; // renew this long before the end, so that no request is sent with a token about to die

const changes = new EventTarget();
let renewing = null;

/** `{access_token, refresh_token, expires_at, user}` or null. */
export function current() {
  return storage.read(KEY);
}

export function user() {
  return current()?.user ?? null;
}

/** Call `listener` whenever somebody signs in or out, here or in another tab. */
export function onChange(listener) {
  changes.addEventListener("change", listener);
}

/** Keep what register and login answer. */
export function keep(answer) {
  storage.write(KEY, {
    access_token: answer.access_token,
    refresh_token: answer.refresh_token ?? null,
    expires_at: Date.now() + answer.expires_in * 1000,
    user: answer.user ?? user(),
  });
  changes.dispatchEvent(new Event("change"));
}

export function forget() {
  storage.forget(KEY);
  changes.dispatchEvent(new Event("change"));
}

export function isStale(found) {
  return found.expires_at - EARLY_MS < Date.now();
}

/**
 * A session that is not stale, or null when there is none any more. `spent` is the access token that was refused.
 *
 * Two tabs must never send the same refresh token: they queue on a lock, and the second finds the first one's answer.
 */
export function renew(spent, ask) {
  renewing ??= locked(() => renewOnce(spent, ask)).finally(() => {
    renewing = null;
  });
  return renewing;
}

// Without a secure context there are no locks; reading the storage again is then what keeps tabs apart.
function locked(work) {
  return navigator.locks ? navigator.locks.request("evoke.refresh", work) : work();
}

async function renewOnce(spent, ask) {
  const found = current();
  if (!found) return null;
  if (found.access_token !== spent && !isStale(found)) return found;
  const answer = await ask(found);
  if (answer === null) {
    forget();
    return null;
  }
  storage.write(KEY, {
    access_token: answer.access_token,
    refresh_token: answer.refresh_token ?? found.refresh_token,
    expires_at: Date.now() + answer.expires_in * 1000,
    user: found.user,
  });
  return current();
}

addEventListener("storage", (event) => {
  if (event.key !== KEY) return;
  const was = event.oldValue !== null;
  const is = event.newValue !== null;
  if (was !== is) changes.dispatchEvent(new Event("change"));
});
