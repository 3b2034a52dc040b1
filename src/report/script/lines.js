// Line charts: anywhere in one, the nearest point of each line; the legend turns lines off.
//
// A line is a group `.series` with `data-name`, `data-points="x y;x y"` in words as they are shown, and
// a first polyline with the same points in units of the drawing.

const svg = (tag, attributes) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};

const readLine = (group) => {
  const places = group.querySelector("polyline").getAttribute("points").trim().split(/\s+/);
  const words = group.dataset.points.split(";");
  return {
    group,
    name: group.dataset.name,
    style: group.dataset.style,
    points: places.map((place, i) => {
      const [x, y] = place.split(",").map(Number);
      const [at, value] = words[i].split(" ");
      return { x, y, at, value };
    }),
  };
};

const nearest = (points, x) =>
  points.reduce((best, point) => (Math.abs(point.x - x) < Math.abs(best.x - x) ? point : best));

const crosshair = (chart) => {
  const lines = [...chart.querySelectorAll(".series")].map(readLine);
  const [, , width, height] = chart.getAttribute("viewBox").split(" ").map(Number);
  const cross = svg("g", { class: "cross", "aria-hidden": "true" });
  chart.append(cross);
  let at = null;

  const visible = () => lines.filter(({ group }) => !group.hasAttribute("hidden"));
  const clear = () => {
    cross.replaceChildren();
    at = null;
    hide();
  };
  // Shows all lines at the point that is nearest to x; returns what it says.
  const point = (x, pointerY) => {
    const open = visible();
    if (!open.length) return null;
    at = nearest(open.map(({ points }) => nearest(points, x)), x);
    const hits = open.map((line) => ({ ...line, hit: nearest(line.points, at.x) }));
    const top = Number(chart.dataset.top);
    const bottom = Number(chart.dataset.bottom);
    cross.replaceChildren(
      svg("line", { x1: at.x, x2: at.x, y1: top, y2: bottom }),
      ...hits.map(({ style, hit }) => svg("circle", { class: style, cx: hit.x, cy: hit.y, r: 4 })),
    );
    const said = [
      { text: `${chart.dataset.axis} ${at.at}` },
      ...hits.map(({ name, style, hit }) => ({
        style,
        text: `${name}: ${hit.value}${hit.at === at.at ? "" : ` (at ${hit.at})`}`,
      })),
    ];
    const box = chart.getBoundingClientRect();
    const y = pointerY ?? box.top + (at.y / height) * box.height;
    show(said, box.left + (at.x / width) * box.width, y);
    return said;
  };

  const follow = (event) => {
    const box = chart.getBoundingClientRect();
    point(((event.clientX - box.left) / box.width) * width, event.clientY);
  };
  chart.addEventListener("pointermove", follow);
  chart.addEventListener("pointerdown", follow);
  chart.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch") clear();
  });
  chart.addEventListener("blur", clear);
  chart.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return clear();
    const all = visible().flatMap(({ points }) => points.map(({ x }) => x));
    const places = [...new Set(all)].sort((a, b) => a - b);
    const last = places.length - 1;
    const here = at ? places.indexOf(at.x) : -1;
    const leap = Math.max(1, Math.round(places.length / 10));
    const next = {
      ArrowRight: here + 1,
      ArrowLeft: here < 0 ? last : here - 1,
      PageDown: here + leap,
      PageUp: here - leap,
      Home: 0,
      End: last,
    }[event.key];
    if (next === undefined || last < 0) return;
    event.preventDefault();
    speak(point(places[Math.max(0, Math.min(next, last))]) ?? []);
  });
  return { lines, clear };
};

// Each entry of the legend becomes a button that turns its line off and on.
const toggles = (legend, { lines, clear }) => {
  [...legend.children].forEach((item, i) => {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-pressed", "true");
    button.append(...item.childNodes);
    item.append(button);
    button.addEventListener("click", () => {
      const off = lines[i].group.toggleAttribute("hidden");
      button.setAttribute("aria-pressed", String(!off));
      clear();
    });
  });
};

for (const chart of document.querySelectorAll("svg.chart")) {
  // Arrow keys reach it also where a screen reader uses them itself.
  chart.setAttribute("role", "application");
  chart.setAttribute("aria-roledescription", "chart");
  if (!chart.classList.contains("lines")) {
    walkMarks(chart);
    continue;
  }
  const drawn = crosshair(chart);
  const legend = chart.closest("figure")?.querySelector(".legend");
  if (legend && drawn.lines.length > 1) toggles(legend, drawn);
}
