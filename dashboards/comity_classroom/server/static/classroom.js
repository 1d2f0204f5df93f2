"use strict";
// One script for all pages: it listens for changes, fetches the content of the page, and sends choices. It is loaded
// before the content, so that even an early click is handled.
(() => {
  let view, notice, lost, code;
  const whole = new Promise((done) => document.addEventListener("DOMContentLoaded", done));
  let hiding = 0;

  function say(text) {
    notice.textContent = text;
    notice.hidden = false;
    clearTimeout(hiding);
    hiding = setTimeout(() => { notice.hidden = true; }, 6000);
  }

  // --- content of the page

  let asking = null, again = false, sending = false;

  // A pressed button must stay until it is released: a button that was replaced in between gets no click.
  let released = Promise.resolve();
  document.addEventListener("pointerdown", () => {
    released = new Promise((done) => {
      const ends = () => setTimeout(done, 0);
      document.addEventListener("pointerup", ends, { once: true, capture: true });
      document.addEventListener("pointercancel", ends, { once: true, capture: true });
    });
  }, true);

  // One request at a time: a refresh during a request triggers another request after it.
  function refresh() {
    again = true;
    asking = asking || (async () => {
      while (again) { again = false; await look(); }
      asking = null;
    })();
    return asking;
  }

  async function look() {
    if (!view) return;
    try {
      const answer = await fetch(view.dataset.source, {
        headers: { "X-Seat": view.dataset.seat || "" }, signal: AbortSignal.timeout(20000),
      });
      if (answer.status === 401 || answer.status === 410) { location.replace("/"); return; }
      if (answer.status === 205) { location.reload(); return; }
      if (answer.ok) {
        const html = await answer.text();
        await released;
        // A form that the teacher is filling in stays; it is updated when it loses focus.
        const busy = document.activeElement;
        if (busy && view.contains(busy) && /^(INPUT|SELECT|TEXTAREA)$/.test(busy.tagName)) {
          busy.addEventListener("blur", () => setTimeout(refresh, 200), { once: true });
        } else {
          const kept = fields();
          const open = opened();
          view.innerHTML = html;
          each((item, key) => { item.open = open.get(key) || false; });
          refill(kept);
          count();
          if (sending) wait(true);
          // The report is at the top of a student's page.
          if (view.dataset.stop && view.dataset.stop !== answer.headers.get("X-Stop")) scrollTo(0, 0);
          if (view.dataset.stop) view.dataset.stop = answer.headers.get("X-Stop");
        }
        view.dataset.version = answer.headers.get("X-Version");
        window.comity = { version: view.dataset.version, at: performance.now() };
      }
    } catch { /* the stream notices when the connection is back */ }
  }

  // Parts that fold are known by their key, or else by their place among those without one.
  function each(act) {
    view.querySelectorAll("details[data-key]").forEach((item) => act(item, item.dataset.key));
    view.querySelectorAll("details:not([data-key])").forEach(act);
  }

  function opened() {
    const found = new Map();
    each((item, key) => found.set(key, item.open));
    return found;
  }

  // What somebody has begun to write or select stays when the page changes.
  const isOwn = (item) => (item.tagName === "SELECT" ? !item.selectedOptions[0]?.defaultSelected : item.value !== item.defaultValue);
  function fields() {
    return [...view.querySelectorAll("form[data-keep]")].flatMap((form) => [...form.elements]
      .filter((item) => item.name && item.type !== "hidden" && item.value && isOwn(item))
      .map((item) => [form.dataset.keep, item.name, item.value]));
  }

  function refill(kept) {
    for (const [form, name, value] of kept) {
      const item = view.querySelector(`form[data-keep="${form}"]`)?.elements[name];
      if (item && (item.tagName !== "SELECT" || [...item.options].some((option) => option.value === value))) item.value = value;
    }
  }

  // --- event stream

  let source = null;

  function listen() {
    source = new EventSource(view.dataset.events);
    source.onopen = () => { lost.hidden = true; };
    source.onmessage = (event) => { if (event.data !== view.dataset.version) refresh(); };
    source.onerror = () => {
      lost.hidden = false;
      // Browsers do not retry a refused stream, so retry here, with a random delay.
      if (source.readyState === EventSource.CLOSED) {
        setTimeout(async () => { await refresh(); listen(); }, 1000 + 2000 * Math.random());
      }
    };
  }

  async function ping() {
    try { await fetch(view.dataset.ping, { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" }); }
    catch { /* as above */ }
  }

  // --- timers

  let ends = [];

  function count() {
    const now = performance.now();
    ends = [...document.querySelectorAll("[data-left]")].map((item) => [item, now + 1000 * Number(item.dataset.left)]);
    tick();
  }

  function tick() {
    for (const [item, end] of ends) {
      const left = Math.max(0, Math.round((end - performance.now()) / 1000));
      item.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    }
    if (ends.some(([, end]) => end <= performance.now())) { ends = []; setTimeout(refresh, 300); }
  }

  // --- requests

  // All buttons are disabled until the act is done and the page shows it.
  function wait(on) {
    document.querySelectorAll(on ? "button:enabled" : "button[data-waits]").forEach((button) => {
      button.disabled = on;
      button.toggleAttribute("data-waits", on);
    });
  }

  async function send(element, body) {
    if (sending) return;
    if (element.dataset.confirm && !confirm(element.dataset.confirm)) return;
    sending = true;
    wait(true);
    const clicked = performance.now();
    try {
      await whole;
      if (notice) notice.hidden = true;  // the message of the previous act is out of date
      wait(true);
      await ask(element, body);
      // The second click of a double click may come after the answer, and would hit a new button.
      const least = element.dataset.post.startsWith("/teacher/") ? 700 : 400;
      await new Promise((done) => setTimeout(done, least - (performance.now() - clicked)));
    } finally {
      sending = false;
      wait(false);
    }
  }

  async function ask(element, body) {
    const answer = await fetch(element.dataset.post, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
      signal: AbortSignal.timeout(60000),
    }).catch(() => null);
    if (!answer) { say(document.body.dataset.unreached); return; }
    const found = await answer.json().catch(() => ({}));
    if (!answer.ok) {
      say(found.error || document.body.dataset.failed);
      // The text in a form stays, to be corrected; but a stale page is updated.
      if (element.tagName !== "FORM" || answer.status === 409) await refresh();
      return;
    }
    if (element.dataset.keep) element.reset();
    if (found.text) say(found.text);
    if (element.dataset.show) { element.parentElement.querySelector("output").textContent = found[element.dataset.show]; return; }
    if (element.dataset.reload !== undefined) {  // another language; the join code that was typed stays
      if (code && code.value) history.replaceState(null, "", `#${code.value}`);
      location.reload();
      return new Promise(() => {});
    }
    if (element.dataset.go) { location.assign(element.dataset.go); return new Promise(() => {}); }
    await refresh();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-post]");
    if (!button || button.closest("fieldset:disabled")) return;
    event.preventDefault();
    if (event.detail > 1) return;  // the second click of a double click
    send(button, JSON.parse(button.dataset.body));
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-post]");
    if (!form) return;
    event.preventDefault();
    const body = Object.fromEntries(new FormData(form));
    if (document.activeElement && form.contains(document.activeElement)) document.activeElement.blur();
    send(form, body);
  });

  document.addEventListener("DOMContentLoaded", () => {
    [view, notice, lost] = ["view", "notice", "lost"].map((id) => document.getElementById(id));
    // The join code in the QR code follows the #, which no server or log sees.
    code = document.querySelector("form[data-post='/join'] input[name=code]");
    if (code && location.hash.length > 1) {
      code.value = location.hash.slice(1, 17);
      history.replaceState(null, "", location.pathname);
      (document.querySelector("input[name=name]") || code).focus();
    }
    if (!view) return;
    count();
    setInterval(tick, 500);
    listen();
    if (view.dataset.ping) { ping(); setInterval(ping, 1000 * Number(view.dataset.every)); }
    document.addEventListener("visibilitychange", () => { if (!document.hidden) { refresh(); if (view.dataset.ping) ping(); } });
  });
})();
