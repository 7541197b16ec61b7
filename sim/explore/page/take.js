// Export: command lines, files, the report, the page itself.

class TakeView {
  constructor(app) {
    this.app = app;
    this.root = byId("view-take");
    this.commands = null;
    this.number = 0; // of the newest question for them
  }

  build() {
    const { app } = this;
    this.lines = el("div");
    const sides = app.state.two ? ["A", "B"] : ["A"];
    const files = (which) => [
      ["timeline", "png", "Timeline (PNG)"], ["timeline", "svg", "Timeline (SVG)"], ["quarters", "png", "Quarters (PNG)"],
      ["quarters", "svg", "Quarters (SVG)"], ["causes", "png", "Causes (PNG)"], ["causes", "svg", "Causes (SVG)"],
      ["daily", "csv", "Daily table (CSV)"], ["events", "csv", "Event log (CSV)"], ["quarters", "csv", "Quarters (CSV)"],
      ["row", "csv", "Run row (CSV)"], ["", "report", "Report (HTML)"],
    ].map(([name, what, label]) => button(label, () => app.attempt(() => app.download({ of: "side", side: app.request(which), name, what })), { "aria-label": `Side ${which}: ${label}` }));
    const whole_ = app.many.result && el("div", {}, el("h3", { text: "Many histories" }), el("div", { class: "buttons" },
      button("Report (HTML)", () => app.attempt(() => app.download({ of: "many", name: "", what: "report" }))),
      ["runs", "points", "differences"].map((name) => button(`${upper(name)} (CSV)`, () => app.attempt(() => app.download({ of: "many", name, what: "csv" }))))));
    const opened = app.results.found && ["run", "study"].includes(app.results.found.what) && el("div", {}, el("h3", { text: "The opened result" }), el("div", { class: "buttons" },
      button("Report (HTML)", () => app.attempt(() => app.download({ of: "result", name: "", what: "report" })))));
    fill(this.root,
      el("h2", { text: "Export" }),
      app.isSaved
        ? el("p", { text: "This is a saved page. It needs no server or network." })
        : [
          el("p", {}, button("Save this page", () => app.attempt(() => app.savePage()), { class: "primary" }),
            " as one HTML file that opens anywhere, without a server or network."),
          sides.map((which) => el("div", {}, el("h3", { text: app.state.two ? `The history of side ${which}` : "The history" }), el("div", { class: "buttons" }, files(which)))),
          whole_, opened,
        ],
      el("h3", { text: "Commands to reproduce it" }),
      this.lines);
    this.show();
  }

  async fetch() {
    if (this.app.isSaved) return;
    const { app } = this;
    const number = ++this.number;
    fill(this.lines, el("p", { class: "faint", text: "Writing …" }));
    this.commands = null;
    try {
      const found = await app.wire.ask("commands", { one: app.request("A"), other: app.state.two ? app.request("B") : null, runs: app.state.runs });
      if (number === this.number) { // else newer ones are being written
        this.commands = found;
        this.show();
      }
      return found;
    } catch (error) {
      if (number === this.number) fill(this.lines, el("p", { class: "field-error", text: `No commands: ${error.message}` }));
      throw error;
    }
  }

  show() {
    const found = this.commands;
    if (!found) return;
    const code = (text, what) => el("div", { class: "code" }, el("pre", { tabindex: 0, text }), copyButton(text, what));
    const sides = ["A", "B"].filter((which) => found[which]);
    fill(this.lines,
      sides.map((which) => [
        el("h4", { text: sides.length > 1 ? `Side ${which}` : "This history" }),
        code(found[which].command, `the command of side ${which}`),
        this.app.state.sides[which].without.length > 0 && el("p", { class: "note", text: "This command still includes the events you removed: no override removes a single event. hudna explain tests such removals." }),
        el("details", {}, el("summary", { text: "The whole scenario as YAML" }), code(found[which].yaml, `the scenario of side ${which}`)),
      ]),
      el("h4", { text: "Many histories" }),
      found.study.command
        ? [code(found.study.command, "the command of the study"), el("details", {}, el("summary", { text: `The same as a study file, for ${found.study.from_file}` }), code(found.study.yaml, "the study file"))]
        : el("p", { class: "faint", text: `This cannot be run as a study: ${found.study.why}` }));
  }
}
