// What check.py asks of a page. Every function returns findings in words, or plain values.

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const isShown = (element) =>
  element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) &&
  !element.closest(".live, .skip");
const say = (element) => `<${element.localName} ${element.className.baseVal ?? element.className}> ${element.textContent.trim().slice(0, 40)}`;

const chartOf = (i) => all("svg.chart")[i];
const chartCount = () => all("svg.chart").length;
const titleOf = (chart) => chart.querySelector("title")?.textContent ?? "";
const tipText = () => {
  const tip = document.querySelector(".tip");
  return tip && !tip.hidden ? all("div", tip).map((line) => line.textContent).join("\n") : "";
};
// A mark that no other one covers: of groups the one that is drawn last.
const markOf = (chart) => {
  const marks = all("[data-tip]", chart);
  return marks[0].localName === "g" ? marks[marks.length - 1] : marks[0];
};
const tipOf = (i) => markOf(chartOf(i)).dataset.tip;
const spoken = () => document.querySelector(".live").textContent;
const focusChart = (i) => chartOf(i).focus();
const nameOf = (element) => element.getAttribute("aria-label") ?? element.textContent;
const places = (i) => {
  const chart = chartOf(i);
  if (!chart.classList.contains("lines")) return all("[data-tip]", chart).length;
  const xs = all(".series > polyline:first-child", chart).flatMap((line) =>
    line.getAttribute("points").split(" ").map((point) => point.split(",")[0]));
  return new Set(xs).size;
};

// Where the pointer is to go, and what it goes to.
const target = (i) => {
  const chart = chartOf(i);
  const kind = chart.classList.contains("lines") ? "lines" : "marks";
  const mark = kind === "lines" ? chart : markOf(chart);
  const goal = (mark.localName === "g" && mark.querySelector("circle")) || mark;
  goal.scrollIntoView({ block: "center", behavior: "instant" });
  const { left, top, width, height } = goal.getBoundingClientRect();
  return [titleOf(chart), kind, left + width / 2, top + height / 2];
};

const unfold = (element, open) => element.closest("details")?.toggleAttribute("open", open);
const isOff = (button) => {
  const list = [...button.closest(".legend").children];
  const group = all(".series", button.closest("figure"))[list.indexOf(button.closest("li"))];
  return button.getAttribute("aria-pressed") === "false" && getComputedStyle(group).display === "none";
};
// Whether the column of a heading's button is in order, or in the reverse one, empty cells at the end.
const columnOf = (button) => {
  const head = button.closest("th");
  const rows = all("tbody tr", head.closest("table"));
  const values = rows.map((row) => row.cells[head.cellIndex].dataset.value).filter((v) => v !== undefined);
  return [head.getAttribute("aria-sort"), values.map(Number)];
};
const rowsOf = (field) => {
  const controlled = document.getElementById(field.getAttribute("aria-controls"));
  const rows = controlled ?? field.closest(".filter").nextElementSibling;
  return all("tbody tr, article", rows).filter((row) => row.checkVisibility()).length;
};

const drawn = () => {
  const problems = [];
  const big = ({ width, height }) => width > 0 || height > 0;
  for (const chart of all("svg.chart")) {
    const wrong = (what) => problems.push(`chart ${titleOf(chart)}: ${what}`);
    const box = chart.getBoundingClientRect();
    if (box.width < 100 || box.height < 40) wrong(`${box.width} x ${box.height}`);
    const marks = all("polyline, path, circle, rect", chart);
    if (!marks.length) wrong("is empty");
    for (const line of all("polyline, path", chart)) {
      const way = line.getAttribute("points") ?? line.getAttribute("d");
      if (!way || /NaN|inf|undefined/.test(way)) wrong(`a line goes ${way}`);
      const single = !/[ L]/.test(way.trim());
      if (!single && !big(line.getBoundingClientRect())) wrong("a line has no extent");
    }
    for (const mark of all("[data-tip]", chart)) {
      if (!big(mark.getBoundingClientRect())) wrong("a mark has no extent");
      if (!mark.dataset.tip.trim()) wrong("a mark says nothing");
    }
    for (const mark of marks) {
      const { left, right, top, bottom } = mark.getBoundingClientRect();
      const out = left < box.left - 2 || right > box.right + 2 || top < box.top - 2 || bottom > box.bottom + 2;
      if (out) wrong(`<${mark.localName}> lies outside`);
    }
  }
  return [chartCount(), problems];
};

const structure = () => {
  const problems = [];
  const expect = (good, what) => good || problems.push(what);
  expect(document.documentElement.lang, "no language");
  expect(document.title.trim(), "no title");
  for (const tag of ["h1", "header", "main", "footer"]) expect(all(tag).length === 1, `${all(tag).length} <${tag}>`);
  let level = 0;
  for (const heading of all("h1, h2, h3, h4, h5, h6")) {
    const next = Number(heading.localName[1]);
    expect(next <= level + 1, `${say(heading)} follows a heading of level ${level}`);
    expect(heading.textContent.trim(), "an empty heading");
    level = next;
  }
  const first = all("a[href], button, input, summary, [tabindex='0']")[0];
  expect(first?.matches(".skip"), "the first stop of the keyboard is no skip link");
  const ids = all("[id]").map((element) => element.id);
  for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) problems.push(`id ${id} twice`);
  for (const name of ["aria-labelledby", "aria-describedby", "for"]) {
    for (const element of all(`[${name}]`))
      for (const id of element.getAttribute(name).split(/\s+/))
        expect(document.getElementById(id), `${name}=${id} leads nowhere`);
  }
  for (const link of all("a[href^='#']")) expect(document.querySelector(link.hash), `${link.hash} leads nowhere`);
  for (const chart of all("svg.chart")) {
    expect(titleOf(chart).trim(), "a chart without a title");
    expect(chart.querySelector("desc")?.textContent.trim(), `chart ${titleOf(chart)}: no description`);
    expect(chart.getAttribute("tabindex") === "0", `chart ${titleOf(chart)}: no stop of the keyboard`);
  }
  for (const table of all("table")) {
    expect(table.caption?.textContent.trim(), `a table without a caption: ${say(table)}`);
    for (const head of all("th", table)) expect(head.scope, `a heading without scope: ${say(head)}`);
    expect(all("th", table).length, `a table without headings: ${say(table)}`);
  }
  for (const button of all("button")) expect(nameOf(button).trim(), "a button without a name");
  for (const field of all("input, select, textarea")) expect(field.labels?.length, "a field without a label");
  const landmarks = all("section[aria-labelledby], [role=region]").map((region) =>
    region.getAttribute("aria-label") ?? document.getElementById(region.getAttribute("aria-labelledby"))?.textContent ?? "");
  expect(landmarks.every((name) => name.trim()), "a region without a name");
  for (const name of landmarks.filter((name, i) => landmarks.indexOf(name) !== i)) problems.push(`two regions ${name}`);
  expect(getComputedStyle(document.documentElement).scrollBehavior === "auto", "moves where motion is unwanted");
  for (const stop of all("a[href], button, summary, [tabindex='0']").filter(isShown)) {
    stop.focus({ preventScroll: true, focusVisible: true });
    const { outlineStyle, outlineWidth } = getComputedStyle(stop);
    expect(outlineStyle !== "none" && parseFloat(outlineWidth) > 1, `focus is not to be seen: ${say(stop)}`);
  }
  document.activeElement?.blur();
  return [...new Set(problems)];
};

// --- colours ---------------------------------------------------------------------------------

const dot = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const known = new Map();
// Red, green, blue, opacity of any colour of CSS.
const rgba = (colour) => {
  if (!known.has(colour)) {
    dot.clearRect(0, 0, 1, 1);
    dot.fillStyle = colour;
    dot.fillRect(0, 0, 1, 1);
    known.set(colour, [...dot.getImageData(0, 0, 1, 1).data]);
  }
  return known.get(colour);
};
const luminance = ([r, g, b]) => {
  const part = (v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
};
const ratio = (a, b) => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};
const paperOf = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const colour = rgba(getComputedStyle(at).backgroundColor);
    if (colour[3] > 250) return colour;
  }
  return rgba("Canvas");
};
const isDark = () => luminance(paperOf(document.body)) < 0.2;

const contrast = () => {
  const problems = new Map();
  const check = (element, ink, paper, least) => {
    const found = ratio(rgba(ink), paper);
    if (found < least) {
      const key = `${ink} on rgb(${paper.slice(0, 3)})`;
      if (!problems.has(key)) problems.set(key, `contrast ${found.toFixed(2)} of ${say(element)}, ${key}`);
    }
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const hidden = element.closest("script, style, title, desc, .tip");
    if (hidden || !walker.currentNode.data.trim() || !isShown(element)) continue;
    const style = getComputedStyle(element);
    if (!element.closest("svg")) check(element, style.color, paperOf(element), 4.5);
    else if (element.closest(".cells")) {
      const cell = element.previousElementSibling;
      const fill = getComputedStyle(cell).fill;
      check(element, style.fill, fill === "none" ? paperOf(element) : rgba(fill), 4.5);
    } else check(element, style.fill, paperOf(element), 4.5);
  }
  for (const line of all("polyline:not(.raw), path").filter(isShown)) {
    const { stroke, opacity } = getComputedStyle(line);
    if (stroke !== "none" && Number(opacity) === 1) check(line, stroke, paperOf(line), 3);
  }
  return [...problems.values()];
};

// --- a phone, paper, no script -----------------------------------------------------------------

const phone = () => {
  const problems = [];
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) {
    const wide = all("body *").filter((e) => e.getBoundingClientRect().right > clientWidth + 1 && !e.closest(".scroll"));
    problems.push(`${scrollWidth} wide in a window of ${clientWidth}: ${wide.slice(0, 3).map(say).join("; ")}`);
  }
  for (const chart of all("svg.chart").filter(isShown)) {
    const heights = all("text", chart).map((text) => {
      const { a, b } = text.getScreenCTM();
      return parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b);
    });
    if (heights.length && Math.min(...heights) < 9)
      problems.push(`chart ${titleOf(chart)}: text of ${Math.min(...heights).toFixed(1)} pixels`);
  }
  for (const stop of all("button, summary, nav a").filter(isShown)) {
    const { height } = stop.getBoundingClientRect();
    if (height < 24) problems.push(`${height} pixels to touch: ${say(stop)}`);
  }
  return [...new Set(problems)];
};

// Texts that are folded away on the screen and must not be on paper.
const printed = () => all("details").flatMap((details) => {
  const row = all("tbody tr:last-child th", details)[0] ?? all("pre", details)[0];
  return row ? [row.textContent.slice(0, 30)] : [];
});

const scriptless = () => {
  const problems = [];
  if (all("button, input").length) problems.push("controls that do nothing");
  if (all("[hidden]").length) problems.push("something is hidden");
  for (const chart of all("svg.chart"))
    if (chart.getBoundingClientRect().height < 40) problems.push(`chart ${titleOf(chart)} is not drawn`);
  return problems;
};
