// Two histories under the same luck: where they diverge, what each cost.

function pairView(found) {
  return [
    el("h2", { text: "A and B under the same luck" }),
    found.lines.map((line, k) => el("p", { class: k ? "" : "lead", text: line })),
    el("div", { class: "wide", tabindex: 0, role: "region", "aria-label": "What each cost" },
      el("table", { class: "costs" },
        el("thead", {}, el("tr", {}, el("th", { text: "" }), el("th", { scope: "col", text: "A" }), el("th", { scope: "col", text: "B" }))),
        el("tbody", {}, found.table.map(([name, a, b]) => el("tr", { class: a === b ? "" : "differs" },
          el("th", { scope: "row", text: name }), el("td", { text: a }), el("td", { text: b })))))),
  ];
}
