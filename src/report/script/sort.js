// `table[data-sort]`: its headings become buttons that sort the rows.
//
// A cell is sorted by its `data-value`, a number, or by its text. What has no number comes last.

const sortKey = (row, column, isNumeric) => {
  const cell = row.cells[column];
  if (!isNumeric) return cell.textContent.trim();
  return cell.dataset.value === undefined ? null : Number(cell.dataset.value);
};

const sortRows = (table, column, isDown) => {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const isNumeric = rows.some((row) => row.cells[column].dataset.value !== undefined);
  const keyed = rows.map((row) => ({ row, key: sortKey(row, column, isNumeric) }));
  const compare = (a, b) =>
    isNumeric ? a - b : a.localeCompare(b, undefined, { numeric: true });
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) return (a.key === null) - (b.key === null);
    return isDown ? compare(b.key, a.key) : compare(a.key, b.key);
  });
  body.append(...keyed.map(({ row }) => row));
};

for (const table of document.querySelectorAll("table[data-sort]")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      // Of metrics the largest are wanted first.
      const first = head.classList.contains("number") ? "descending" : "ascending";
      const other = first === "ascending" ? "descending" : "ascending";
      const order = head.getAttribute("aria-sort") === first ? other : first;
      for (const one of heads) one.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", order);
      sortRows(table, column, order === "descending");
      live.textContent = `Sorted by ${button.textContent}, ${order}`;
    });
  });
}
