// Shows what this browser can do, and says so when a passkey was not used. The pages work without it.
document.addEventListener("DOMContentLoaded", () => {
  const able = window.isSecureContext && "PublicKeyCredential" in window;
  document.querySelectorAll("[data-passkey]").forEach((part) => { part.hidden = !able; });
  document.querySelectorAll("[data-no-passkey]").forEach((part) => { part.hidden = able; });
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
  document.querySelectorAll("[data-copy]").forEach((button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.querySelector(".kern-label").textContent = button.dataset.copied;
    });
  });
});
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.querySelectorAll("[data-passkey-error]").forEach((part) => { part.hidden = false; });
});
