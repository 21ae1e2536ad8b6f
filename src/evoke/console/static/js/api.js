/** The HTTP API: envelopes, tokens, streams. */

import * as session from "./session.js";
import { readEvents } from "./stream.js";
import { has, t } from "./texts.js";

const ROOT = "/api/v1";

/** What went wrong, in words for people. `requestId` finds it in the server's log; `status` 0 is no answer at all. */
export class ApiError extends Error {
  constructor({ code, message, details = {}, requestId = null, status = 0 }) {
    super(has(`error.${code}`) ? t(`error.${code}`, details) : message);
    this.code = code;
    this.details = details;
    this.requestId = requestId;
    this.status = status;
  }
}

/** The `data` of the answer (null for 204). Raises ApiError; an AbortError where `signal` says so. */
export async function call(method, path, options = {}) {
  const response = await send(method, path, options);
  return response.status === 204 ? null : (await response.json()).data;
}

export const get = (path, options) => call("GET", path, options);
export const post = (path, body, options) => call("POST", path, { ...options, body });
export const put = (path, body, options) => call("PUT", path, { ...options, body });
export const remove = (path, options) => call("DELETE", path, options);

/** The response itself, for files and streams. Raises ApiError when it is not a good one. */
export async function send(method, path, { body, signal, accept = "application/json", anonymous = false } = {}) {
  let found = anonymous ? null : session.current();
  if (found && session.isStale(found)) found = await session.renew(found.access_token, askToRenew);
  let response = await attempt(method, path, { body, signal, accept, token: found?.access_token });
  if (response.status === 401 && found) {
    found = await session.renew(found.access_token, askToRenew);
    if (found) response = await attempt(method, path, { body, signal, accept, token: found.access_token });
  }
  if (!response.ok) throw await failure(response);
  return response;
}

async function attempt(method, path, { body, signal, accept, token }) {
  const headers = { Accept: accept };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (token) headers.Authorization = `Bearer ${token}`;
  try {
    return await fetch(ROOT + path, {
      method,
      headers,
      signal,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "omit",
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError({ code: "UNREACHABLE", message: String(error.message) });
  }
}

async function askToRenew(found) {
  const body = found.refresh_token ? { refresh_token: found.refresh_token } : undefined;
  const token = found.refresh_token ? undefined : found.access_token;
  const response = await attempt("POST", "/auth/refresh", { body, accept: "application/json", token });
  if (response.status === 401 || response.status === 400) return null;
  if (!response.ok) throw await failure(response);
  return (await response.json()).data;
}

async function failure(response) {
  const requestId = response.headers.get("X-Request-ID");
  try {
    const { error, meta } = await response.json();
    return new ApiError({ ...error, requestId: meta?.request_id ?? requestId, status: response.status });
  } catch {
    return new ApiError({ code: "NO_ENVELOPE", message: response.statusText, requestId, status: response.status });
  }
}

/**
 * POST and follow the answer as it comes: `report({progress, status, message})`, then the `data` of the end.
 * A server that answers at once, without a stream, is as good.
 */
export async function follow(method, path, { body, signal, report }) {
  const accept = "text/event-stream, application/json;q=0.9";
  const response = await send(method, path, { body, signal, accept });
  if (!(response.headers.get("Content-Type") ?? "").startsWith("text/event-stream")) {
    return (await response.json()).data;
  }
  const requestId = response.headers.get("X-Request-ID");
  for await (const { event, data } of readEvents(response.body)) {
    const told = JSON.parse(data);
    const kind = told.type ?? event;
    const inner = told.data ?? told;
    if (kind === "progress") report(inner);
    if (kind === "complete") return inner;
    if (kind === "failed") throw new ApiError({ ...(inner.error ?? inner), requestId });
  }
  throw new ApiError({ code: "BROKEN_OFF", message: "", requestId });
}
