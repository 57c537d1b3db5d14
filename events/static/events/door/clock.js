// The clock of this device. Scans keep it as it was; the server corrects them by how wrong it is when they arrive.
"use strict";

const SMALL_MS = 2000;

/**
 * A clock that is set to another time while scans wait would spoil them: ``onJump(ms)`` says by how much it
 * jumped. A device that slept finds its clock ahead as well, and that is right: it was not looked at meanwhile.
 */
export const watchClock = (onJump, { wall = () => Date.now(), steady = () => performance.now(), isHidden = () => document.hidden } = {}) => {
  let [lastWall, lastSteady, wasHidden] = [wall(), steady(), isHidden()];
  document.addEventListener("visibilitychange", () => {
    wasHidden ||= isHidden();
  });

  const look = () => {
    const jump = wall() - lastWall - (steady() - lastSteady);
    const slept = jump > 0 && (wasHidden || isHidden());
    [lastWall, lastSteady, wasHidden] = [wall(), steady(), isHidden()];
    if (Math.abs(jump) > SMALL_MS && !slept) onJump(Math.round(jump));
  };

  setInterval(look, 1000);
  return {
    /** Now, as text with its zone. */
    now: () => {
      look();
      return new Date(wall()).toISOString();
    },
  };
};

/** The server's time: told with each answer, carried on by the clock of this device and what that is known to be wrong. */
export const openServerTime = (event) => {
  const item = `door:${event}:ahead`;
  let ahead = Number(localStorage.getItem(item)) || 0;
  const keep = (ms) => {
    ahead = ms;
    localStorage.setItem(item, String(ms));
  };
  return {
    now: () => Date.now() - ahead,
    /** ``date``: what an answer says of itself (RFC 9110, section 6.6.1); null where it says nothing. */
    tell: (date) => {
      if (date) keep(Date.now() - Date.parse(date));
    },
    /** The clock of this device jumped by so much. */
    shift: (ms) => keep(ahead + ms),
  };
};
