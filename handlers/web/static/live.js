// Makes the pages live: cards and posts that appear and change by themselves. Stands on balie.js.

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
  const html = await answer?.text();
  if (answer?.ok && dialog.open && inside.contains(open)) openDialog(html); // somebody may have closed it meanwhile
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
