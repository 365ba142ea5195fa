// Makes the pages live: forms without a reload, dialogs in place, cards and posts that appear by themselves.
// Every form works without this file too.

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

// --- cards that change by themselves -------------------------------------------------------------------------------

const desk = () => document.querySelector("#balie");
const wanted = new Set();
let fetching = false;

function wantCard(id) {
  wanted.add(String(id));
  if (!fetching) fetchWanted();
}

async function fetchWanted() {
  fetching = true;
  while (wanted.size) {
    const ids = [...wanted].slice(0, 6);
    ids.forEach((id) => wanted.delete(id));
    await Promise.all(ids.map(fetchCard));
  }
  fetching = false;
  loadChannels();
}

async function fetchCard(id) {
  const channel = desk()?.dataset.channel ?? "";
  const answer = await ask(`/balie/kaart/${id}?kanaal=${channel}`);
  if (!answer || desk()?.dataset.channel !== channel) return;
  if (answer.status === 200) replaceCard(first(await answer.text()));
  else if (answer.status === 204) document.querySelector(`#balie article[data-card="${id}"]`)?.remove();
  follow(id);
}

function replaceCard(card) {
  const before = document.getElementById(card.id);
  if (!before) return addCard(card);
  if (Number(before.dataset.version) > Number(card.dataset.version)) return;
  const focused = before.contains(document.activeElement) ? document.activeElement : null;
  const menu = before.querySelector(".menu")?.open && before.dataset.version === card.dataset.version;
  before.replaceWith(card);
  if (menu) card.querySelector(".menu")?.setAttribute("open", "");
  if (!focused) return;
  const same = focused.dataset.verb && card.querySelector(`[data-verb="${focused.dataset.verb}"]`);
  (same ?? card).focus({ preventScroll: true });
}

function addCard(card) {
  const place = document.querySelector("#wacht");
  if (!place || card.matches(".done")) return;
  card.classList.add("fresh");
  if (card.matches(".urgent")) place.prepend(card);
  else place.querySelector(".empty").before(card);
  heard.textContent = card.dataset.heard;
}

async function follow(id) {
  const open = dialog?.open && inside.querySelector(`[data-follow][data-card="${id}"]`);
  if (!open) return;
  const answer = await ask(open.dataset.follow);
  if (answer?.ok && inside.contains(open)) openDialog(await answer.text());
}

let counting = 0;
function loadChannels() {
  clearTimeout(counting);
  counting = setTimeout(async () => {
    const nav = document.querySelector("#kanalen");
    if (!nav) return;
    const answer = await ask(`/balie/kanalen?kanaal=${desk().dataset.channel}`);
    if (!answer?.ok) return;
    const focused = nav.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    const fresh = first(await answer.text());
    nav.replaceWith(fresh);
    if (focused) fresh.querySelector(`a[href="${focused}"]`)?.focus({ preventScroll: true });
    count(fresh);
  }, 120);
}

const title = document.title;
function count(nav) {
  const number = Number(nav?.dataset.waiting ?? 0);
  document.title = number ? `(${number}) ${title}` : title;
}

async function freshDesk() {
  const answer = await fetch(location.href, { credentials: "same-origin" }).catch(catchUpSoon);
  if (!answer?.ok) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("#balie") ?? location.reload();
}

async function otherChannel() {
  const fresh = await freshDesk();
  if (!fresh) return;
  desk().replaceWith(document.adoptNode(fresh));
  desk().querySelector("[aria-current]")?.focus({ preventScroll: true });
  count(document.querySelector("#kanalen"));
}

async function catchUp() {
  loadTimeline();
  if (!desk()) return;
  const fresh = await freshDesk();
  if (!fresh || fresh.dataset.channel !== desk().dataset.channel) return;
  const cards = [...fresh.querySelectorAll("article[data-card]")];
  const ids = new Set(cards.map((card) => card.id));
  for (const old of desk().querySelectorAll("#wacht article[data-card]:not(.done)")) if (!ids.has(old.id)) old.remove();
  for (const card of cards) {
    const before = document.getElementById(card.id);
    if (before?.dataset.version !== card.dataset.version || headOf(before) !== headOf(card)) {
      replaceCard(document.adoptNode(card));
    } else {
      before.dataset.again = card.dataset.again;
      drawn.delete(before);
    }
  }
  loadChannels();
}

const headOf = (card) => card.querySelector(".head").textContent;

// A card gets late, or another day begins: then its words change although nothing happened.
const drawn = new WeakMap();
setInterval(() => {
  for (const card of document.querySelectorAll("#balie article[data-again]")) {
    if (!drawn.has(card)) drawn.set(card, performance.now());
    else if (performance.now() - drawn.get(card) > Number(card.dataset.again) * 1000) {
      drawn.delete(card);
      wantCard(card.dataset.card);
    }
  }
}, 1000);

addEventListener("popstate", () => desk() && otherChannel());

// --- the square ----------------------------------------------------------------------------------------------------

let looking = 0;
function loadTimeline() {
  clearTimeout(looking);
  looking = setTimeout(async () => {
    const line = document.querySelector("#tijdlijn");
    const answer = line && (await ask("/plein"));
    if (!answer?.ok) return;
    const fresh = document.createElement("div");
    fresh.innerHTML = await answer.text();
    [...fresh.children].reverse().forEach((thread) => {
      const before = document.getElementById(thread.id);
      if (!before) line.prepend(thread);
      else if (before.dataset.stamp !== thread.dataset.stamp) {
        before.querySelector(".posts").replaceWith(thread.querySelector(".posts"));
        before.dataset.stamp = thread.dataset.stamp;
      }
    });
  }, 60);
}

// --- the clock of the demo -----------------------------------------------------------------------------------------

function tick() {
  const clock = document.querySelector("#klok");
  if (!clock) return;
  if (clock.started === undefined) clock.started = performance.now();
  const passed = (performance.now() - clock.started) * Number(clock.dataset.speed);
  const now = new Date(new Date(`${clock.dataset.now}Z`).getTime() + passed);
  const words = new Intl.DateTimeFormat(document.documentElement.lang, {
    weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: "UTC",
  });
  clock.textContent = words.format(now).replace(",", "");
}
if (document.querySelector("#klok")) setInterval(tick, 500);

// --- the open line to the server -----------------------------------------------------------------------------------

if (desk() || document.querySelector("#tijdlijn")) {
  const line = new EventSource("/stroom");
  addEventListener("online", catchUp);
  line.addEventListener("hello", () => {
    catchUp(); // what happened between the page and the line
    document.documentElement.dataset.live = "1";
  });
  line.addEventListener("card", (event) => {
    if (!desk()) return;
    if (event.data === "0") catchUp();
    else wantCard(event.data);
  });
  line.addEventListener("post", loadTimeline);
  line.addEventListener("clock", async () => {
    const answer = document.querySelector("#strook") && (await ask(`/demo?kanaal=${desk().dataset.channel}`));
    if (answer?.ok) replaceStrip(first(await answer.text()));
    catchUp();
  });
  count(document.querySelector("#kanalen"));
}
