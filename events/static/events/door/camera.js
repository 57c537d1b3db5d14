// Reading QR codes with the camera: by the browser itself where it can, else by jsQR.
"use strict";

const PAUSE_MS = 120;
const SAME_MS = 4000;

const findDecoder = async (address) => {
  if ("BarcodeDetector" in window && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video))[0]?.rawValue ?? "";
  }
  await import(address);
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    if (!canvas.width) return "";
    context.drawImage(video, 0, 0);
    const picture = context.getImageData(0, 0, canvas.width, canvas.height);
    return self.jsQR(picture.data, canvas.width, canvas.height, { inversionAttempts: "dontInvert" })?.data ?? "";
  };
};

export const canFilm = () => Boolean(navigator.mediaDevices?.getUserMedia);

/** { start(), stop() }; ``onCode(text)`` is called once for a code that stays in the picture. */
export const openCamera = (video, decoderAddress, onCode) => {
  let [stream, decode, last, lastAt] = [null, null, "", 0];

  const look = async () => {
    if (!stream) return;
    try {
      const text = await decode(video);
      if (text && (text !== last || Date.now() - lastAt > SAME_MS)) onCode(text);
      if (text) [last, lastAt] = [text, Date.now()];
    } catch {
      // a picture that is not there yet
    }
    setTimeout(look, PAUSE_MS);
  };

  const stop = () => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    [stream, video.srcObject] = [null, null];
  };
  return {
    stop,
    start: async () => {
      stop();
      decode ??= await findDecoder(decoderAddress);
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
      video.srcObject = stream;
      await video.play();
      look();
    },
  };
};
