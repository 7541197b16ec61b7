// Many histories of each side: begun here, watched, cancelled, shown.

class ManyView {
  constructor(app) {
    this.app = app;
    this.root = byId("view-many");
    this.result = null;
    this.isRunning = false;
  }

  build() {
    const { app } = this;
    this.runs = el("input", { type: "number", id: "runs", min: 2, max: 10000, step: 1, value: app.state.runs,
      on: { input: () => (app.state.runs = Number(this.runs.value)) } });
    this.go = button("", () => app.attempt(() => this.begin(Number(this.runs.value))), { class: "primary" });
    this.stop = button("Cancel", () => app.attempt(() => this.cancel()), { hidden: true });
    this.bar = el("progress", { max: 1, value: 0, hidden: true, "aria-label": "Histories done" });
    this.told = el("p", { role: "status" });
    this.error = el("p", { class: "field-error", role: "alert", hidden: true });
    this.body = el("div");
    fill(this.root,
      el("h2", { text: "Many histories" }),
      el("p", { class: "faint", text: "One history is one possible course. Many tell how often, and how far apart A and B are when run k of both meets the same luck." }),
      !app.isSaved && el("div", { class: "row inline" }, el("label", { for: "runs", text: "Histories of each side" }), this.runs, this.go, this.stop),
      this.bar, this.told, this.error, this.body);
    this.name();
    this.show();
  }

  name() {
    if (this.go) this.go.textContent = this.app.state.two ? "Run A and B" : "Run A";
  }

  async begin(runs) {
    const { app } = this;
    app.state.runs = runs;
    this.runs.value = runs;
    this.error.hidden = true;
    this.result = null;
    this.show();
    this.running(true);
    this.told.textContent = "Starting …";
    this.at = performance.now();
    try {
      const found = await app.wire.ask("many", { one: app.request("A"), other: app.state.two ? app.request("B") : null, runs });
      if (found.folder) this.folder = found.folder;
    } catch (error) {
      this.running(false);
      this.told.textContent = "";
      throw error;
    }
  }

  async cancel() {
    this.stop.disabled = true;
    this.told.textContent = "Ending …";
    await this.app.wire.ask("cancel");
    this.running(false);
    this.told.textContent = "Cancelled; nothing of it is kept.";
  }

  running(isRunning) {
    this.isRunning = isRunning;
    this.go.disabled = isRunning;
    this.stop.hidden = !isRunning;
    this.stop.disabled = false;
    this.bar.hidden = !isRunning;
    if (isRunning) this.bar.removeAttribute("value");
  }

  take(message) {
    if (message.state === "running" && this.isRunning) {
      if (message.done) this.bar.value = message.done / message.of;
      const seconds = (performance.now() - this.at) / 1000;
      const left = message.done ? Math.ceil((seconds * (message.of - message.done)) / message.done) : null;
      const sides = message.counts.map(([broke, n], k) => `${"AB"[k]} broke in ${broke} of ${n}`);
      this.told.textContent = message.done
        ? `${whole(message.done)} of ${whole(message.of)} histories, about ${left} s left; so far ${sides.join(", ")}.`
        : `Starting ${whole(message.of)} histories …`;
      return;
    }
    this.running(false);
    if (message.state === "done") {
      this.result = message.result;
      this.told.textContent = "";
      this.show();
      this.app.take.build();
    } else if (message.state === "failed") {
      this.told.textContent = "";
      this.error.textContent = message.errors.map((each) => each.text).join(" ");
      this.error.hidden = false;
    }
  }

  show() {
    const found = this.result;
    fill(this.body, found && [
      found.answer.map((line, k) => el("p", { class: k ? "" : "lead", text: line })),
      el("p", { class: "faint", text: "Intervals: 95 %, over luck alone. A share of model runs is not the probability that a real truce breaks." }),
      studyBody(this.app, found, "many"),
    ]);
  }
}

// Figures and tables of a study; `of` says to the server whose files are to be taken.
function studyBody(app, found, of) {
  const files = (name) => app.isSaved || !["many", "result"].includes(of) ? [] : ["png", "svg"].map((what) =>
    button(what.toUpperCase(), () => app.attempt(() => app.download({ of, name, what })), { class: "small", "aria-label": `Save figure ${words(name)} as ${what.toUpperCase()}` }));
  const tables = Object.entries(found.tables).map(([name, table]) => el("details", {},
    el("summary", { text: `Table: ${words(name)}` }),
    !app.isSaved && of && button("CSV", () => app.attempt(() => app.download({ of, name, what: "csv" })), { class: "small", "aria-label": `Save table ${words(name)} as CSV` }),
    sortable(table, name)));
  return [...(found.figures || []).map((figure) => figureView(figure, files(figure.name))), ...tables];
}
