// How many characters are left of a text, while it is written. The server says the same when it is sent.
"use strict";

for (const line of document.querySelectorAll("[data-length-of]")) {
  const text = document.getElementById(line.dataset.lengthOf);
  const limit = Number(line.dataset.limit);
  if (!text || !limit) continue;
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const say = () => {
    const left = limit - [...text.value].length;
    line.textContent = (left < 0 ? line.dataset.over : line.dataset.words)
      .replace("LEFT", number.format(Math.abs(left)))
      .replace("LIMIT", number.format(limit));
    line.classList.toggle("text-length-over", left < 0);
    // Read out only where it matters, not at each key.
    line.setAttribute("aria-live", left < 100 ? "polite" : "off");
  };
  text.addEventListener("input", say);
  line.hidden = false;
  say();
}
