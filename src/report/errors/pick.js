// Which examples are shown: those of an outcome, those with all words typed.
const pick = document.querySelector(".pick");
if (pick) {
  const [choice] = pick.getElementsByTagName("select");
  const [field] = pick.getElementsByTagName("input");
  const [told] = pick.getElementsByTagName("output");
  const groups = [...document.querySelectorAll(".group")].map((group) => ({
    group,
    cases: [...group.querySelectorAll(".case")].map((card) => [card, card.textContent.toLowerCase()]),
  }));
  const apply = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    let all = 0;
    for (const { group, cases } of groups) {
      const chosen = !choice.value || group.id === choice.value;
      let here = 0;
      for (const [card, text] of cases) {
        const keep = chosen && words.every((word) => text.includes(word));
        card.hidden = !keep;
        here += keep;
      }
      group.hidden = chosen ? words.length > 0 && !here : true;
      shown += here;
      all += cases.length;
    }
    told.textContent = `${shown} of ${all} examples`;
  };
  // A link to an outcome that is not shown shows it.
  const follow = () => {
    const group = document.getElementById(location.hash.slice(1));
    if (!group?.hidden) return;
    choice.value = "";
    field.value = "";
    apply();
    group.scrollIntoView();
  };
  choice.addEventListener("change", apply);
  field.addEventListener("input", apply);
  addEventListener("hashchange", follow);
  pick.hidden = false;
  apply();
}
