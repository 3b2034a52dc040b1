// Charts of marks: with the chart in focus, arrow keys go from mark to mark. With `data-walk` they go in
// the order of the marks ("order") or from the last to the first ("back"), else to the nearest one.

const shown = (chart) =>
  [...chart.querySelectorAll("[data-tip]")].filter((mark) => !mark.closest("[hidden]"));

// The nearest mark in a direction; sideways distance counts more, so that rows stay rows.
const beside = (marks, from, key) => {
  const here = centre(from);
  const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  let best = from;
  let least = Infinity;
  for (const mark of marks) {
    const { x, y } = centre(mark);
    const ahead = (x - here.x) * dx + (y - here.y) * dy;
    const aside = Math.abs((x - here.x) * dy) + Math.abs((y - here.y) * dx);
    if (ahead > 0.5 && ahead + 4 * aside < least) {
      best = mark;
      least = ahead + 4 * aside;
    }
  }
  return best;
};

// The mark before or after another one in their order.
const along = (marks, from, key) => {
  const step = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
  return marks[Math.max(0, Math.min(marks.indexOf(from) + step, marks.length - 1))];
};

const walkMarks = (chart) => {
  let at = null;
  const leave = () => {
    at?.classList.remove("at");
    at = null;
  };
  chart.addEventListener("keydown", (event) => {
    const marks = shown(chart);
    const { walk } = chart.dataset;
    if (walk === "back") marks.reverse();
    if (!marks.length) return;
    const { key } = event;
    if (key === "Escape") return leave();
    if (!/^(Arrow(Left|Right|Up|Down)|Home|End)$/.test(key)) return;
    event.preventDefault();
    const from = at;
    leave();
    if (key === "Home") at = marks[0];
    else if (key === "End") at = marks[marks.length - 1];
    else at = from ? (walk ? along : beside)(marks, from, key) : marks[0];
    at.classList.add("at");
    at.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
    const { x, y } = centre(at);
    show(linesOf(at), x, y);
    speak(linesOf(at));
  });
  chart.addEventListener("blur", () => {
    leave();
    hide();
  });
};
