// Controls that need a script and therefore are made by it.

// `pre[data-copy]`: a button that copies it.
for (const text of document.querySelectorAll("pre[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy ${text.dataset.copy}`);
  text.before(button);
  button.addEventListener("click", async () => {
    let done = true;
    try {
      await navigator.clipboard.writeText(text.textContent);
    } catch {
      getSelection().selectAllChildren(text);
      done = document.execCommand("copy");
    }
    button.textContent = done ? "Copied" : "Selected";
    live.textContent = done ? "Copied" : "Selected: copy it with the keyboard";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
}

// `table[data-filter]`: a field that keeps the rows whose heading has the words typed.
document.querySelectorAll("table[data-filter]").forEach((table, i) => {
  const rows = [...table.tBodies[0].rows];
  const holder = document.createElement("p");
  const label = make("label", "", holder);
  const field = make("input", "", holder);
  const count = make("span", "quiet", holder);
  field.type = "search";
  field.id = `filter${i}`;
  label.htmlFor = field.id;
  label.textContent = table.dataset.filter;
  holder.className = "filter";
  (table.closest(".scroll") ?? table).before(holder);
  count.setAttribute("role", "status");
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let kept = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      const keep = words.every((word) => text.includes(word));
      row.classList.toggle("out", !keep);
      kept += keep;
    }
    count.textContent = words.length ? `${kept} of ${rows.length}` : "";
  });
});

// On paper everything is open.
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")];
  for (const details of opened) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
});
