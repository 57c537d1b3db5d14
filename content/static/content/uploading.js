// Sends a large file piece by piece and goes on after interruptions. Without this file the form sends it whole.
"use strict";

const PIECE = 8 * 1024 * 1024; // what a line that breaks off costs: a piece is kept whole or not at all
const HASHED_IN_MEMORY = 256 * 1024 * 1024;
const MEGABYTE = 1000 * 1000;

for (const form of document.querySelectorAll("[data-upload]")) {
  const texts = JSON.parse(document.getElementById("upload-texts").textContent);
  const part = (name) => form.querySelector(`[data-upload-${name}]`);
  const [progress, numbers, state, failure] = ["progress", "numbers", "state", "failure"].map(part);
  const [pause, cancel] = ["pause", "cancel"].map(part);
  const submit = form.querySelector("[type=submit]");
  const chooser = form.querySelector("[type=file]");
  const language = document.documentElement.lang || "de";
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const exact = new Intl.NumberFormat(language, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
  let upload = null;
  let said = -1;

  const say = (text) => {
    state.textContent = text;
  };
  const fail = (text) => {
    failure.textContent = text;
    failure.hidden = !text;
    if (text) say("");
  };
  const fill = (text, values) => Object.entries(values).reduce((t, [k, v]) => t.replace(`%(${k})s`, v), text);
  const show = (sending) => {
    submit.hidden = chooser.disabled = sending;
    pause.hidden = cancel.hidden = !sending;
    progress.hidden = !sending;
    pause.textContent = texts.pause;
    delete pause.dataset.paused;
  };
  const hold = () => {
    pause.dataset.paused = "";
    pause.textContent = texts.resume;
  };
  const count = (sent, all) => {
    const percent = Math.floor((sent / all) * 100);
    const line = fill(texts.progress, {
      percent: whole.format(percent),
      done: exact.format(sent / MEGABYTE),
      all: exact.format(all / MEGABYTE),
    });
    progress.querySelector("progress").value = percent;
    numbers.textContent = line;
    // Read aloud every tenth part, not every moment.
    if (Math.floor(percent / 10) !== said) {
      said = Math.floor(percent / 10);
      say(percent === 100 ? texts.checking : line);
    }
  };
  const explain = (error) => {
    const response = error.originalResponse;
    const status = response ? response.getStatus() : 0;
    if (status === 403 && !response.getBody().trim().length) return texts.signed_out;
    if (status === 403 && response.getBody().trimStart().startsWith("<")) return texts.signed_out;
    const sentence = status >= 400 ? response.getBody().trim() : "";
    return sentence && !sentence.startsWith("<") ? sentence : texts.failed;
  };
  const checksum = async (file) => {
    if (file.size > HASHED_IN_MEMORY || !window.crypto || !window.crypto.subtle) return "";
    say(texts.hashing);
    const hash = await window.crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  const begin = async (file) => {
    const metadata = { filename: file.name, collection: form.collection ? form.collection.value : "" };
    const sha256 = await checksum(file);
    if (sha256) metadata.sha256 = sha256;
    say("");
    upload = new tus.Upload(file, {
      endpoint: form.action,
      chunkSize: PIECE,
      retryDelays: [0, 1000, 3000, 5000, 10000, 20000, 30000],
      removeFingerprintOnSuccess: true,
      metadata,
      headers: { "X-CSRFToken": form.csrfmiddlewaretoken.value, "X-Requested-With": "XMLHttpRequest" },
      onBeforeRequest: async (request) => {
        if (request.getMethod() !== "PATCH" || !window.crypto || !window.crypto.subtle) return;
        const at = Number(request.getHeader("Upload-Offset"));
        const piece = await file.slice(at, at + PIECE).arrayBuffer();
        const hash = new Uint8Array(await window.crypto.subtle.digest("SHA-256", piece));
        request.setHeader("Upload-Checksum", `sha256 ${btoa(String.fromCharCode(...hash))}`);
      },
      onProgress: count,
      onShouldRetry: (error) => {
        const response = error.originalResponse;
        const status = response ? response.getStatus() : 0;
        const damaged = status === 460 && response.getHeader("Upload-Offset");
        const again = !status || status === 409 || damaged || (status >= 500 && status !== 507);
        if (again) say(texts.offline);
        return again;
      },
      onError: (error) => {
        fail(explain(error));
        const status = error.originalResponse ? error.originalResponse.getStatus() : 0;
        if (status >= 400 && ![403, 409, 507].includes(status) && status < 500) {
          show(false);
        } else {
          hold();
        }
      },
      onSuccess: () => {
        window.onbeforeunload = null;
        window.location.assign(upload.url);
      },
    });
    const earlier = await upload.findPreviousUploads();
    if (earlier.length) {
      upload.resumeFromPreviousUpload(earlier[0]);
      say(texts.resuming);
    }
    show(true);
    upload.start();
  };

  form.addEventListener("submit", (event) => {
    if (!window.tus || !tus.isSupported) return;
    event.preventDefault();
    fail("");
    const file = chooser.files[0];
    const most = Number(form.dataset.most);
    if (!file) fail(texts.none);
    else if (!file.size) fail(texts.empty);
    else if (file.size > most) fail(fill(texts.too_large, { most: `${whole.format(most / MEGABYTE)} MB` }));
    else {
      window.onbeforeunload = (leaving) => leaving.preventDefault();
      begin(file);
    }
  });
  pause.addEventListener("click", () => {
    fail("");
    if ("paused" in pause.dataset) {
      show(true);
      upload.start();
    } else {
      upload.abort();
      hold();
      say(texts.paused);
    }
  });
  cancel.addEventListener("click", async () => {
    window.onbeforeunload = null;
    try {
      await upload.abort(true);
    } catch {
      // The server forgets it by itself after a week.
    }
    show(false);
    fail("");
    say(texts.cancelled);
  });
}
