// Which examples are shown: those of an outcome, those with all words typed.
const cases = document.getElementById("cases");
if (cases) {
  const groups = [...cases.querySelectorAll(".group")].map((group) => ({
    group,
    cards: [...group.querySelectorAll(".case")].map((card) => [card, card.textContent.toLowerCase()]),
  }));
  const bar = document.createElement("div");
  bar.className = "pick";
  bar.setAttribute("role", "search");
  cases.before(bar);
  const labelled = (text, tag) => {
    const holder = make("p", "", bar);
    const label = make("label", "", holder);
    const control = make(tag, "", holder);
    control.id = `pick-${tag}`;
    label.htmlFor = control.id;
    label.textContent = text;
    return control;
  };
  const choice = labelled("Outcome", "select");
  choice.append(new Option("all", ""));
  for (const { group, cards } of groups) {
    choice.append(new Option(`${group.querySelector("h3").textContent} (${cards.length})`, group.id));
  }
  const field = labelled("Words", "input");
  field.type = "search";
  field.placeholder = "action, video or uid";
  field.setAttribute("aria-controls", "cases");
  const told = make("p", "quiet", bar);
  told.setAttribute("role", "status");

  const apply = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    let all = 0;
    for (const { group, cards } of groups) {
      const chosen = !choice.value || group.id === choice.value;
      let here = 0;
      for (const [card, text] of cards) {
        card.hidden = !chosen || !words.every((word) => text.includes(word));
        here += !card.hidden;
      }
      group.hidden = !chosen || (words.length > 0 && !here);
      shown += here;
      all += cards.length;
    }
    told.textContent = `${shown} of ${all} examples`;
  };
  choice.addEventListener("change", apply);
  field.addEventListener("input", apply);
  // A link to an outcome that is not shown shows it.
  addEventListener("hashchange", () => {
    const group = document.getElementById(location.hash.slice(1));
    if (!group?.hidden) return;
    choice.value = "";
    field.value = "";
    apply();
    group.scrollIntoView();
  });
  apply();
}
