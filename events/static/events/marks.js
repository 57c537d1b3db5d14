// „Ich komme“ and votes without a new page. Without this file the forms do it alone.
"use strict";

const said = document.querySelector("[data-mark-said]");
const left = document.querySelector("[data-left]");

const show = (form, button, answer) => {
  button.setAttribute("aria-pressed", String(answer.on));
  form.elements.want.value = answer.on ? "0" : "1";
  if (answer.left && left) left.textContent = answer.left;
  const coming = form.closest("li")?.querySelector("[data-coming]");
  if (answer.coming && coming) coming.textContent = answer.coming;
};

const complain = (form, text) => {
  const place = form.parentElement;
  let line = place.querySelector(".mark-problem");
  if (!line) {
    line = document.createElement("p");
    line.className = "mark-problem";
    place.append(line);
  }
  line.textContent = text;
};

for (const form of document.querySelectorAll("form[data-mark]")) {
  const button = form.querySelector("button");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    form.parentElement.querySelector(".mark-problem")?.remove();
    try {
      const response = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
      });
      const answer = await response.json();
      if (response.status === 200 || response.status === 409) show(form, button, answer);
      if (response.status !== 200) complain(form, answer.text);
      said.textContent = answer.text;
    } catch (error) {
      if (error instanceof TypeError) complain(form, said.dataset.offline);
      else form.submit(); // no JSON: the page says what is wrong
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
}
