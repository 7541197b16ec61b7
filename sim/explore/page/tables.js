// A table that sorts by a click on a column; `whereAll` says where all its rows are, if they are anywhere.

function sortable(table, name, whereAll) {
  let by = -1;
  let isDown = false;
  const body = el("tbody");
  const heads = table.columns.map((column, k) => {
    const head = el("th", { scope: "col", "aria-sort": "none" }, button(words(column), () => {
      isDown = by === k ? !isDown : false;
      by = k;
      heads.forEach((each, i) => each.setAttribute("aria-sort", i === k ? (isDown ? "descending" : "ascending") : "none"));
      rows();
    }, { title: table.says?.[k] || null }));
    return head;
  });
  function rows() {
    const order = table.rows.map((row, i) => [row, i]);
    if (by >= 0) {
      order.sort(([one, i], [other, j]) => {
        const [a, b] = [one[by], other[by]];
        if (a === null || b === null) return a === b ? i - j : a === null ? 1 : -1;
        const less = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
        return (isDown ? -less : less) || i - j;
      });
    }
    fill(body, order.slice(0, 300).map(([row]) => el("tr", {}, row.map((value) => el("td", {
      text: typeof value === "boolean" ? (value ? "yes" : "no") : short(value), class: typeof value === "number" ? "number" : "",
    })))));
  }
  rows();
  const n = table.rows.length + table.more;
  const shown = Math.min(300, table.rows.length);
  return el("div", {},
    el("div", { class: "wide", tabindex: 0, role: "region", "aria-label": `Table ${words(name)}` },
      el("table", { class: "data" }, el("thead", {}, el("tr", {}, heads)), body)),
    n > shown && el("p", { class: "faint", text: `${whole(shown)} of ${whole(n)} rows are shown${whereAll ? `; ${whereAll}` : ""}.` }));
}

function figureView(figure, downloads) {
  const holder = el("div", { class: "wide", tabindex: 0, role: "region", "aria-label": `Figure: ${figure.says}` });
  if (figure.src) holder.append(el("img", { src: figure.src, alt: figure.says }));
  else holder.innerHTML = figure.svg; // drawn by this program, which escapes every text in it
  const phone = figure.phone && el("div", { class: "phone" });
  if (phone) {
    phone.innerHTML = figure.phone;
    holder.classList.add("large");
  }
  return el("figure", {}, holder, phone, el("figcaption", {}, figure.says, " ", ...(downloads || [])));
}
