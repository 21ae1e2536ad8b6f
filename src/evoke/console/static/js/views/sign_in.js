/** Signing in, and making an account. */

import { post } from "../api.js";
import { h, put } from "../dom.js";
import { mark } from "../parts/icons.js";
import { problem, say } from "../parts/notices.js";
import * as router from "../router.js";
import * as session from "../session.js";
import { t } from "../texts.js";

export function signInView({ query }) {
  const registering = query.has("new");
  const next = query.get("next") ?? "/journal";
  const other = new URLSearchParams(query);
  if (registering) other.delete("new");
  else other.set("new", "");
  const name = field("name", { type: "text", autocomplete: "name", maxlength: 200, required: true, dir: "auto" });
  const email = field("email", { type: "email", autocomplete: "username", required: true, inputmode: "email" });
  const password = field("password", {
    type: "password",
    autocomplete: registering ? "new-password" : "current-password",
    required: true,
    ...(registering ? { minlength: 8 } : {}),
  });
  const wrong = h("div");
  const act = h("button", { type: "submit", class: "button primary wide" }, t(registering ? "register" : "sign_in"));

  async function submit(event) {
    event.preventDefault();
    act.disabled = true;
    put(wrong);
    const form = { email: email.input.value.trim(), password: password.input.value };
    if (registering) form.name = name.input.value.trim();
    try {
      const answer = await post(registering ? "/auth/register" : "/auth/login", form, { anonymous: true });
      session.keep(answer);
      say(t("sign_in.welcome", { name: answer.user.name }));
      // Only to a place of this page: the address bar is anybody's to write.
      router.go(/^\/journal(\/[\w/-]*)?$/.test(next) ? next : "/journal", { replace: true });
    } catch (error) {
      act.disabled = false;
      const known = error.status === 401 ? { message: t("sign_in.wrong") } : error;
      put(wrong, problem(known));
    }
  }

  const node = h(
    "section",
    { class: "sign-in" },
    mark(),
    h("h1", {}, t(registering ? "register.title" : "sign_in.title")),
    h("p", { class: "lead" }, t(registering ? "register.lead" : "sign_in.lead")),
    h(
      "form",
      { class: "card stack", on: { submit } },
      registering ? name.node : null,
      email.node,
      password.node,
      registering ? h("p", { class: "hint" }, t("register.password")) : null,
      wrong,
      act,
    ),
    registering ? h("p", { class: "hint" }, t("register.first")) : null,
    h(
      "p",
      {},
      t(registering ? "register.have" : "sign_in.none"),
      " ",
      h("a", { href: `/journal/sign-in?${other}` }, t(registering ? "sign_in" : "register")),
    ),
  );
  return { title: t(registering ? "register" : "sign_in"), node };
}

function field(name, attributes) {
  const input = h("input", { name, id: `account-${name}`, ...attributes });
  return { input, node: h("div", { class: "field" }, h("label", { for: input.id }, t(`field.${name}`)), input) };
}
