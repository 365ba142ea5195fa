// Forms without a reload, dialogs in place, drafts that are kept. Every form works without this file too.

const PART = { "x-balie-part": "1" };
const dialog = document.querySelector("#dialoog");
const inside = document.querySelector("#dialoog-inhoud");
const toast = document.querySelector("#bericht");
const heard = document.querySelector("#gehoord");

// --- asking the server ---------------------------------------------------------------------------------------------

async function ask(url, options = {}) {
  try {
    return await fetch(url, { ...options, headers: PART, credentials: "same-origin" });
  } catch {
    say(toast.dataset.offline);
    if (!options.method) catchUpSoon();
    return null;
  }
}

let behind = 0;
function catchUpSoon() {
  clearTimeout(behind);
  behind = setTimeout(catchUp, 3000);
}

function first(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.firstElementChild;
}

let silence = 0;
function say(text) {
  clearTimeout(silence);
  const open = dialog.open && inside.firstElementChild;
  if (open) {
    inside.querySelector(".told-inside")?.remove();
    const told = Object.assign(document.createElement("p"), { className: "told-inside", textContent: text });
    told.setAttribute("role", "alert");
    inside.prepend(told);
    return;
  }
  toast.textContent = text;
  silence = setTimeout(() => (toast.textContent = ""), 12000);
}

// --- forms ---------------------------------------------------------------------------------------------------------

document.addEventListener("submit", (event) => {
  const form = event.target;
  if ("plain" in form.dataset || form.method === "dialog") return;
  event.preventDefault();
  if (form.getAttribute("aria-busy") === "true") return; // a double click acts once
  send(form, event.submitter);
});

async function send(form, submitter) {
  const url = new URL(submitter?.getAttribute("formaction") ?? form.getAttribute("action"), location.href);
  const fields = new URLSearchParams(new FormData(form, submitter));
  const options = form.method === "post" ? { method: "POST", body: fields } : {};
  if (form.method !== "post") url.search = fields;
  stopDraft();
  form.setAttribute("aria-busy", "true");
  const answer = await ask(url, options);
  form.removeAttribute("aria-busy");
  if (answer) await settle(answer, form);
}

async function settle(answer, form) {
  const html = await answer.text();
  const kind = answer.headers.get("x-balie");
  if (kind === "dialog") return openDialog(html);
  if (kind === "card") {
    dialog.close();
    const card = first(html);
    replaceCard(card);
    return focusCard(card.dataset.card);
  }
  if (answer.redirected || answer.status === 401) return location.reload();
  if (answer.status === 204) return sent(form);
  const page = first(html);
  if (page?.id === "strook") return replaceStrip(page);
  if (page?.matches(".compose")) return form.replaceWith(page);
  say((page?.textContent ?? "").replace(/\s+/g, " ").trim());
  const card = form.closest("[data-card]");
  if (card) wantCard(card.dataset.card);
}

function sent(form) {
  if (dialog.open && dialog.contains(form)) return dialog.close();
  const text = form.querySelector("textarea");
  if (text) text.value = text.defaultValue;
  form.closest("details")?.removeAttribute("open");
}

function replaceStrip(page) {
  const before = document.querySelector("#strook");
  const focused = before.contains(document.activeElement) ? document.activeElement : null;
  before.replaceWith(page);
  if (!focused) return;
  const same = focused.id ? `#${focused.id}` : `[name="${focused.name}"][value="${focused.value}"]`;
  page.querySelector(same)?.focus();
}

// --- dialogs -------------------------------------------------------------------------------------------------------

function openDialog(html) {
  document.querySelectorAll(".menu[open]").forEach((menu) => menu.removeAttribute("open"));
  inside.innerHTML = html;
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  const start = ["[aria-invalid=true]", "[data-answer]", "button.primary", "button", "a"]
    .map((selector) => inside.querySelector(selector))
    .find(Boolean);
  const seen = start && start.getBoundingClientRect().bottom <= dialog.getBoundingClientRect().bottom;
  (seen ? start : inside.querySelector("h2") ?? start)?.focus({ preventScroll: true });
}

let opener = null;
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a");
  if (event.target.closest(".card")) opener = event.target.closest(".card").dataset.card;
  document.querySelectorAll(".menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  });
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (dialog.contains(link) && "close" in link.dataset) {
    event.preventDefault();
    dialog.close();
  } else if ("dialog" in link.dataset) {
    event.preventDefault();
    const answer = await ask(link.href);
    if (answer) settle(answer, link);
  } else if ("half" in link.dataset) {
    event.preventDefault();
    history.pushState(null, "", link.href);
    otherChannel();
  }
});

dialog?.addEventListener("close", () => {
  stopDraft();
  inside.replaceChildren();
  if (opener) focusCard(opener);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector(".menu[open]");
  if (!menu) return;
  menu.removeAttribute("open");
  menu.querySelector("summary").focus();
});

function focusCard(id) {
  const card = document.querySelector(`article[data-card="${id}"]`);
  if (card && !card.contains(document.activeElement)) card.focus({ preventScroll: true });
}

// --- writing: the draft is kept and shown as it will stand there ---------------------------------------------------

let waiting = 0;
let running = null;
const original = new WeakMap(); // what somebody typed before a standard answer was chosen

function stopDraft() {
  clearTimeout(waiting);
  running?.abort();
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.dataset.draft) return;
  if (event.target.name === "entry") fill(form, event.target);
  if (event.target.name === "zoek") return;
  clearTimeout(waiting);
  waiting = setTimeout(() => keepDraft(form), 250);
});

function fill(form, choice) {
  const answer = form.querySelector("[data-answer]");
  const known = [...form.querySelectorAll("[name=entry]")].map((each) => each.dataset.text);
  if (answer.value && !known.includes(answer.value)) original.set(answer, answer.value);
  answer.value = choice.dataset.text || original.get(answer) || "";
}

async function keepDraft(form) {
  running?.abort();
  running = new AbortController();
  try {
    const answer = await fetch(form.dataset.draft, {
      method: "POST", body: new URLSearchParams(new FormData(form)), headers: PART, signal: running.signal,
    });
    const html = await answer.text();
    const place = form.querySelector("#voorbeeld");
    if (!answer.ok || !place) return;
    const over = place.querySelector(".over");
    place.innerHTML = html;
    const now = place.querySelector(".over");
    if (Boolean(over) !== Boolean(now)) heard.textContent = place.querySelector(".counter")?.textContent ?? "";
  } catch (error) {
    if (error.name !== "AbortError") say(toast.dataset.offline);
  }
}
