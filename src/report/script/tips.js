// Tips: what a mark says, beside the pointer and in a live region.
//
// A mark is an element with `data-tip`, one line of text a line. Tips of the pointer are only seen;
// those of keys are spoken too.

const make = (tag, name, parent) => {
  const element = document.createElement(tag);
  element.className = name;
  parent.append(element);
  return element;
};

const tip = make("div", "tip", document.body);
tip.setAttribute("aria-hidden", "true");
tip.hidden = true;
const live = make("p", "live", document.body);
live.setAttribute("aria-live", "polite");

// Shows lines of text, or of text with the class of a colour key, near a place of the window.
const show = (lines, x, y) => {
  tip.replaceChildren(
    ...lines.map(({ text, style }) => {
      const row = document.createElement("div");
      if (style) make("span", `swatch ${style}`, row);
      row.append(text);
      return row;
    }),
  );
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const room = document.documentElement.clientWidth;
  const left = x + 14 + width > room ? x - 14 - width : x + 14;
  const top = y - 10 - height < 0 ? y + 14 : y - 10 - height;
  tip.style.left = `${Math.max(4, Math.min(left, room - width - 4))}px`;
  tip.style.top = `${Math.min(top, innerHeight - height - 4)}px`;
};

const hide = () => {
  tip.hidden = true;
};

const speak = (lines) => {
  live.textContent = lines.map(({ text }) => text).join(", ");
};

const linesOf = (mark) => mark.dataset.tip.split("\n").map((text) => ({ text }));

const centre = (mark) => {
  const { left, top, width, height } = mark.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
};

document.addEventListener("pointerover", (event) => {
  const mark = event.target.closest?.("[data-tip]");
  if (mark) show(linesOf(mark), event.clientX, event.clientY);
});
document.addEventListener("pointermove", (event) => {
  const mark = event.target.closest?.("[data-tip]");
  if (mark) show(linesOf(mark), event.clientX, event.clientY);
});
document.addEventListener("pointerout", (event) => {
  if (event.target.closest?.("[data-tip]") && event.pointerType !== "touch") hide();
});
document.addEventListener("pointerdown", (event) => {
  if (!event.target.closest?.("[data-tip], .chart")) hide();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hide();
});
// Not on `scroll`: keys scroll too, to the mark they show.
for (const name of ["wheel", "touchmove"]) addEventListener(name, hide, { passive: true });
