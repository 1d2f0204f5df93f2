"use strict";
// The form of the start page: which button was pressed, the plan file as text, and the proposal of seats.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("class"), said = document.getElementById("proposal");
  const own = document.getElementById("own-plan"), file = own.querySelector("input[type=file]");

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-to]");
    if (button) form.dataset.post = button.dataset.to;
  }, true);

  file.addEventListener("change", async () => {
    form.elements.plan_text.value = file.files.length ? await file.files[0].text() : "";
  });

  async function propose() {
    own.hidden = form.elements.plan.value !== "own";
    const query = new URLSearchParams({ scenario: form.elements.scenario.value, students: form.elements.students.value });
    const answer = await fetch(`/start/proposal?${query}`, { headers: { Accept: "application/json" } }).catch(() => null);
    const found = answer ? await answer.json().catch(() => ({})) : {};
    said.textContent = found.text || found.error || "";
    said.classList.toggle("wrong", !found.text);
  }

  form.addEventListener("input", propose);
  propose();
});
