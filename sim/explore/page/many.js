// Many histories of each side: begun here, watched, cancelled, shown.

class ManyView {
  constructor(app) {
    this.app = app;
    this.root = byId("view-many");
    this.result = null;
    this.isRunning = false;
    this.folder = ""; // where the study stays, if it does
    this.isStale = false;
  }

  build() {
    const { app } = this;
    this.runs = el("input", { type: "number", id: "runs", min: 2, max: 10000, step: 1, value: app.state.runs,
      on: { input: () => (app.state.runs = Number(this.runs.value)) } });
    this.go = button("", () => app.attempt(() => this.begin(Number(this.runs.value))), { class: "primary" });
    this.stop = button("Cancel", () => app.attempt(() => this.cancel()), { hidden: true });
    this.bar = el("progress", { max: 1, value: 0, hidden: true, "aria-label": "Histories done" });
    this.told = el("p", { role: "status" });
    this.stale = el("p", { class: "note", text: "Settings have changed since these were run.", hidden: true });
    this.error = el("p", { class: "field-error", role: "alert", hidden: true });
    this.body = el("div");
    fill(this.root,
      el("h2", { text: "Many histories" }),
      el("p", { class: "faint", text: app.isSaved && !this.result
        ? "No study was run."
        : "One history is one possible course. Many show how often the truce breaks and, with the same luck for run k of both sides, how B differs from A." }),
      !app.isSaved && el("div", { class: "row inline" }, el("label", { for: "runs", text: "Histories per side" }), this.runs, this.go, this.stop),
      this.bar, this.told, this.error, this.stale, this.body);
    this.show();
    this.follow();
  }

  // What is set on the sides that a study would run, as one text.
  settings() {
    const { app } = this;
    const sides = app.state.two ? ["A", "B"] : ["A"];
    return JSON.stringify(sides.map((which) => {
      const { base, values, without } = app.request(which);
      return [base, Object.entries(values).sort(), without];
    }));
  }

  // Follow the settings: what would be run now, and whether that is what is shown.
  follow() {
    if (!this.go) return;
    this.go.textContent = this.app.state.two ? "Run A and B" : "Run";
    if (!this.app.isSaved) this.isStale = Boolean(this.result) && this.settings() !== this.ran;
    this.stale.hidden = !(this.result && this.isStale);
  }

  async begin(runs) {
    const { app } = this;
    app.state.runs = runs;
    this.runs.value = runs;
    this.error.hidden = true;
    this.result = null;
    this.folder = "";
    this.show();
    this.running(true);
    this.told.textContent = "Starting …";
    this.at = performance.now();
    this.ran = this.settings();
    this.follow();
    try {
      const found = await app.wire.ask("many", { one: app.request("A"), other: app.state.two ? app.request("B") : null, runs });
      this.folder = found.folder;
    } catch (error) {
      this.running(false);
      this.told.textContent = "";
      throw error;
    }
  }

  async cancel() {
    this.stop.disabled = true;
    this.told.textContent = "Cancelling …";
    const { folder } = await this.app.wire.ask("cancel");
    this.running(false);
    this.told.textContent = folder ? `Cancelled. Finished runs stay in ${folder}.` : "Cancelled; nothing was kept.";
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
      const left = message.done ? timeWords((seconds * (message.of - message.done)) / message.done) : "";
      const failed = message.failed ? `; ${whole(message.failed)} failed` : "";
      const sides = message.counts.map(([broke, n], k) => `${"AB"[k]} broke in ${broke} of ${n}`);
      this.told.textContent = message.done
        ? `${whole(message.done)} of ${whole(message.of)} histories, about ${left} left; so far ${sides.join(", ")}${failed}.`
        : `Starting ${whole(message.of)} histories …`;
      return;
    }
    this.running(false);
    if (message.state === "done") {
      this.result = message.result;
      this.told.textContent = this.folder ? `Kept in ${this.folder}.` : "";
      this.show();
      this.follow();
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
      el("p", { class: "faint", text: "The 95 % intervals cover only luck. A share of model runs is not the probability that a real truce breaks." }),
      studyBody(this.app, found, "many"),
    ]);
  }
}

const timeWords = (seconds) => (seconds > 120 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds)} s`);

// Figures and tables of a study; `of` says to the server whose files are to be taken.
function studyBody(app, found, of) {
  const files = (name) => app.isSaved || !["many", "result"].includes(of) ? [] : ["png", "svg"].map((what) =>
    button(what.toUpperCase(), () => app.attempt(() => app.download({ of, name, what })), { class: "small", "aria-label": `Save figure ${words(name)} as ${what.toUpperCase()}` }));
  const fileOf = app.isSaved && of === "many" ? "" : !app.isSaved && of ? "the CSV file has all" : "the full table is in the result folder";
  const tables = Object.entries(found.tables).map(([name, table]) => el("details", {},
    el("summary", { text: `Table: ${words(name)}` }),
    !app.isSaved && of && button("CSV", () => app.attempt(() => app.download({ of, name, what: "csv" })), { class: "small", "aria-label": `Save table ${words(name)} as CSV` }),
    sortable(table, name, fileOf)));
  return [...(found.figures || []).map((figure) => figureView(figure, files(figure.name))), ...tables];
}
