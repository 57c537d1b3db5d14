// Has the answer phrased where the page stands, statement by statement. Every page works without this file.
"use strict";

const phrased = document.querySelector("[data-phrased]");
if (phrased && window.ReadableStream && window.AbortController) {
  const part = (name) => phrased.querySelector(`[data-${name}]`);
  const [offer, progress, status, generated, outcome] = ["offer", "progress", "status", "generated", "outcome"].map(part);
  const used = document.querySelector("[data-used]");
  const found = document.querySelector("[data-found]");
  const stand = found && found.innerHTML;
  let running = null;

  const build = (html) => {
    const piece = document.createElement("template");
    piece.innerHTML = html;
    return piece.content.firstElementChild;
  };

  const say = (text) => {
    status.textContent = text;
  };

  const showLine = (text) => {
    const box = document.createElement("div");
    const line = document.createElement("p");
    box.className = "answer-end";
    line.textContent = text;
    box.append(line);
    outcome.replaceChildren(box);
  };

  // A source keeps its place and number; what was found has been used then and is not shown twice.
  const putSource = (html) => {
    const source = build(html);
    const before = document.getElementById(source.id);
    if (before) before.replaceWith(source);
    else used.append(source);
    used.hidden = false;
    const left = found && found.querySelector(`[data-passage="${source.dataset.passage}"]`);
    if (left) left.remove();
    if (found) found.hidden = !found.querySelector(".passage");
  };

  const putClaim = (message) => {
    if (!generated.firstElementChild) generated.append(part("blank").content.cloneNode(true));
    generated.querySelector("[data-claims]").append(build(message.claim));
    message.sources.forEach(putSource);
  };

  // Focus must not be lost with the button that had it.
  const stop = () => {
    if (progress.contains(document.activeElement)) phrased.querySelector("h2").focus();
    progress.hidden = true;
    clearInterval(running.clock);
    running = null;
  };

  // Once the answer is there, what it does not rest on steps back.
  const foldUnused = () => {
    if (!found || found.hidden || used.hidden) return;
    const box = document.createElement("details");
    const summary = document.createElement("summary");
    const rest = document.createElement("div");
    box.className = "answer-unused";
    summary.textContent = found.dataset.left;
    rest.className = "stack-wide";
    rest.append(...found.querySelectorAll(".passage"));
    box.append(summary, rest);
    found.hidden = true;
    found.after(box);
  };

  const end = (message) => {
    stop();
    outcome.innerHTML = message.html;
    say(message.said);
    if (message.end === "complete") foldUnused();
    else if (message.end !== "refused") offerAgain();
  };

  const offerAgain = () => {
    if (!offer) return;
    const intro = offer.querySelector("[data-intro]");
    if (intro) intro.remove();
    const start = part("start");
    start.querySelector(".kern-label").textContent = start.dataset.again;
    offer.hidden = false;
  };

  const fail = (text) => {
    stop();
    showLine(text);
    say(text);
    offerAgain();
  };

  const take = (line) => {
    const message = JSON.parse(line);
    if (message.claim) putClaim(message);
    else if (message.end) end(message);
  };

  const read = async (body) => {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      for (const line of lines) if (line) take(line);
    }
  };

  const begin = () => {
    const started = Date.now();
    const elapsed = part("elapsed");
    elapsed.textContent = "";
    running = { abort: new AbortController() };
    running.clock = setInterval(() => {
      elapsed.textContent = `${Math.round((Date.now() - started) / 1000)} s`;
    }, 1000);
    for (const box of document.querySelectorAll(".answer-sources > .answer-unused")) box.remove();
    generated.replaceChildren();
    outcome.replaceChildren();
    used.querySelectorAll(".passage").forEach((source) => source.remove());
    used.hidden = true;
    if (found) {
      found.innerHTML = stand;
      found.hidden = false;
    }
    if (offer) offer.hidden = true;
    progress.hidden = false;
    say(phrased.dataset.working);
  };

  const run = async () => {
    if (running) return;
    begin();
    const { abort } = running;
    try {
      const response = await fetch(phrased.dataset.stream, { signal: abort.signal, cache: "no-store" });
      if (!response.ok || !response.body) throw new Error(String(response.status));
      await read(response.body);
      if (running) fail(phrased.dataset.failed);
    } catch {
      if (running) fail(abort.signal.aborted ? phrased.dataset.cancelled : phrased.dataset.failed);
    }
  };

  part("cancel").addEventListener("click", () => running && running.abort.abort());
  const start = part("start");
  if (start && found) {
    start.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      phrased.querySelector("h2").focus();
      run();
    });
  }
  if ("auto" in phrased.dataset) run();
}

const feedback = document.querySelector("[data-feedback]");
if (feedback) {
  feedback.addEventListener("submit", async (event) => {
    event.preventDefault();
    const sent = new FormData(feedback, event.submitter);
    try {
      const response = await fetch(feedback.action, { method: "POST", body: sent });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const said = page.querySelector("[data-said]");
      if (!said) throw new Error(String(response.status));
      document.querySelector("[data-feedback-said]").textContent = said.textContent;
      feedback.remove();
    } catch {
      const pressed = document.createElement("input");
      Object.assign(pressed, { type: "hidden", name: event.submitter.name, value: event.submitter.value });
      feedback.append(pressed);
      feedback.submit();
    }
  });
}

for (const each of document.querySelectorAll("[data-scripted]")) each.hidden = false;
const copy = document.querySelector("[data-copy-address]");
if (copy) {
  copy.addEventListener("click", async () => {
    const said = document.querySelector("[data-copy-status]");
    try {
      await navigator.clipboard.writeText(copy.dataset.copyAddress);
      said.textContent = copy.dataset.done;
    } catch {
      said.textContent = copy.dataset.missed;
    }
  });
}
const print = document.querySelector("[data-print]");
if (print) print.addEventListener("click", () => window.print());
