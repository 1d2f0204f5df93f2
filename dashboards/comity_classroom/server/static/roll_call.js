"use strict";
// The roll call on the projector: names appear one after another from where the server says that it stands, so a page
// that is loaded again or replaced continues at the right place. Who prefers no motion sees them in ten blocks.
(() => {
  let drawn = null, timer = 0;

  function begin() {
    const call = document.getElementById("roll-call");
    if (call === drawn) return;
    drawn = call;
    clearTimeout(timer);
    if (!call || Number(call.dataset.elapsed) < 0) return;
    const names = [...call.querySelectorAll(".names li")];
    const began = performance.now() - 1000 * Number(call.dataset.elapsed), pace = 1000 * Number(call.dataset.pace);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const block = still ? Math.max(1, Math.ceil(names.length / 10)) : 1;
    const counts = Object.fromEntries([...call.querySelectorAll("[data-count]")].map((item) => [item.dataset.count, item]));
    let shown = 0;

    function show() {
      if (!call.isConnected) return;
      const due = call.dataset.ended === "1" ? names.length : Math.min(names.length, Math.floor((performance.now() - began) / pace) + 1);
      const upto = due === names.length ? due : due - due % block;
      for (; shown < upto; shown++) names[shown].classList.add("called");
      const n = { yes: 0, no: 0, abstain: 0, absent: 0 };
      for (const item of names.slice(0, shown)) n[item.dataset.answer]++;
      for (const [answer, item] of Object.entries(counts)) item.textContent = n[answer];
      const cast = n.yes + n.no;
      call.querySelector(".tug .yes").setAttribute("width", cast ? 1000 * n.yes / cast : 0);
      call.querySelector(".tug").classList.toggle("empty", !cast);
      const word = call.querySelector(".last b");
      if (call.dataset.ended !== "1" && shown) {
        const last = names[shown - 1], said = call.querySelector(`.tally .${last.dataset.answer} dt`).textContent;
        word.textContent = `${last.textContent}: ${said}`;
      }
      if (shown < names.length) timer = setTimeout(show, Math.min(pace, 200));
    }
    show();
  }

  document.addEventListener("DOMContentLoaded", () => {
    begin();
    new MutationObserver(begin).observe(document.getElementById("view"), { childList: true });
  });
})();
