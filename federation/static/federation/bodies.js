// Narrows a long list of municipalities by what is typed; ticks stay as they are. Without it, all are shown.
document.querySelectorAll(".peers__bodies").forEach((list) => {
  const filter = list.querySelector("[data-filter]");
  const rows = [...list.querySelectorAll(":scope > div")];
  if (!filter || rows.length < 10) return;
  filter.hidden = false;
  filter.querySelector("input").addEventListener("input", (event) => {
    const words = event.target.value.toLocaleLowerCase("de").split(/\s+/).filter(Boolean);
    rows.forEach((row) => {
      const text = row.textContent.toLocaleLowerCase("de");
      row.hidden = !words.every((word) => text.includes(word));
    });
  });
});
