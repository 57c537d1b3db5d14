// Dragging with a mouse or a pen. A finger scrolls; it taps a session and then a cell.
"use strict";

import { make } from "./parts.js";

const FAR_PX = 6;
const EDGE_PX = 48;
const STEP_PX = 14;

const scrollNear = (box, x, y) => {
  const area = box.getBoundingClientRect();
  if (x > area.right - EDGE_PX && x < area.right) box.scrollLeft += STEP_PX;
  if (x < area.left + EDGE_PX && x > area.left) box.scrollLeft -= STEP_PX;
  if (y > window.innerHeight - EDGE_PX) window.scrollBy(0, STEP_PX);
  if (y < EDGE_PX) window.scrollBy(0, -STEP_PX);
};

/** ``root``: what is dragged in; ``box``: what scrolls; { pick(id), over(node), drop(node under the pointer), release() }. */
export const allowDragging = (root, box, { pick, over, drop, release }) => {
  let drag = null;

  const under = (event) => document.elementFromPoint(event.clientX, event.clientY);

  const mark = (node) => {
    root.querySelector(".over")?.classList.remove("over");
    node?.classList.add("over");
  };

  const begin = (event) => {
    drag.ghost = make("div", { class: "grid-ghost", "aria-hidden": "true" }, drag.title);
    document.body.append(drag.ghost);
    document.body.classList.add("grid-dragging");
    pick(drag.id);
    move(event);
  };

  const move = (event) => {
    if (!drag) return;
    const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > FAR_PX;
    if (!drag.ghost) return far ? begin(event) : undefined;
    drag.ghost.style.translate = `${event.clientX + 12}px ${event.clientY + 8}px`;
    over(under(event));
    mark(under(event)?.closest("td[data-room], [data-tray]"));
    scrollNear(box, event.clientX, event.clientY);
  };

  const end = () => {
    const dragged = drag?.ghost;
    dragged?.remove();
    document.body.classList.remove("grid-dragging");
    mark(null);
    drag = null;
    return Boolean(dragged);
  };

  root.addEventListener("pointerdown", (event) => {
    const button = event.target.closest("[data-session]");
    if (!button || event.button !== 0 || event.pointerType === "touch") return;
    const title = button.querySelector(".grid-title").textContent;
    drag = { id: button.dataset.session, title, x: event.clientX, y: event.clientY, ghost: null };
  });
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", (event) => {
    if (!end()) return;
    // The click that ends a drag is none.
    const swallow = (click) => click.stopPropagation();
    document.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => document.removeEventListener("click", swallow, { capture: true }));
    drop(under(event));
  });
  document.addEventListener("pointercancel", () => end() && release());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") end();
  });
};
