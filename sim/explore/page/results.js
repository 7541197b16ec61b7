// Results on disk: a run, a study, an explanation, a followed record.

class ResultsView {
  constructor(app) {
    this.app = app;
    this.root = byId("view-results");
    this.found = null;
  }

  build() {
    const { app } = this;
    this.folder = el("input", { type: "text", id: "folder", value: app.state.folder || "", placeholder: "runs/…", spellcheck: "false" });
    const form = el("form", { class: "row inline", on: { submit: (event) => {
      event.preventDefault();
      app.attempt(() => this.open(this.folder.value));
    } } },
      el("label", { for: "folder", text: "Folder" }), this.folder, el("button", { type: "submit", class: "primary", text: "Open" }));
    this.error = el("p", { class: "field-error", role: "alert", hidden: true });
    this.body = el("div");
    fill(this.root,
      el("h2", { text: "Results" }),
      app.isSaved
        ? !this.found && el("p", { class: "faint", text: "No result was open." })
        : el("p", { class: "faint", text: "Open the folder of a run, a study, an explanation or a followed record on this machine." }),
      !app.isSaved && form, this.error, this.body);
    this.show();
  }

  async open(folder) {
    this.error.hidden = true;
    try {
      this.found = await this.app.wire.ask("result", { folder });
    } catch (error) {
      this.error.textContent = error.message;
      this.error.hidden = false;
      return;
    }
    this.app.state.folder = folder;
    this.app.keep();
    this.show();
    this.app.take.build();
  }

  show() {
    const { app, found } = this;
    if (!found) {
      fill(this.body);
      return;
    }
    const lines = (found.lines || found.history.lines).map((line, k) => el("p", { class: k ? "" : "lead", text: line }));
    fill(this.body, el("h3", { text: found.title }), found.note && el("p", { class: "note", text: found.note }), lines, this.own());
    if (found.what === "run") this.timeline();
  }

  own() {
    const { app, found } = this;
    if (found.what === "run") {
      return [
        !app.isSaved && found.base.length > 0 && button("Change its settings", () => app.attempt(() => app.open(found.base)), { class: "primary" }),
        el("div", { id: "opened" }),
      ];
    }
    if (found.what === "study") {
      const variants = app.isSaved ? [] : found.variants.map((each) => el("li", {}, each.label, " ",
        button("See one history", () => app.attempt(() => app.open([...each.base, ...each.values.groups], without(each.values, "groups"))),
          { class: "small", "aria-label": `See one history: ${each.label}` })));
      return [
        variants.length > 0 && el("details", { open: variants.length < 12 }, el("summary", { text: "Variants" }), el("ul", { class: "variants" }, variants)),
        found.left_out.length > 0 && el("details", {}, el("summary", { text: "Figures not drawn for this study" }), el("ul", {}, found.left_out.map((text) => el("li", { text })))),
        studyBody(app, found, "result"),
      ];
    }
    if (found.what === "explanation" && found.changes.length && !app.isSaved) {
      return [
        el("h3", { text: "The history with each change" }),
        el("ul", { class: "variants" }, found.changes.map((each) => el("li", {},
          `${each.label} (with the same luck the truce ${each.broke ? "breaks" : "holds"}) `,
          found.base.length > 0 && button("See it", () => app.attempt(() => app.explained(found.base, each)), { class: "small", "aria-label": `See the history: ${each.label}` })))),
        studyBody(app, found, ""),
      ];
    }
    return [studyBody(app, found, "")];
  }

  timeline() {
    const holder = byId("opened");
    const { history } = this.found;
    const day = () => {};
    const timeline = new Timeline(history, this.app.width(), "The run", { event: day, day }, null);
    fill(holder, timeline.root, eventTable(history, null));
  }
}

function without(values, name) {
  const { [name]: _, ...rest } = values;
  return rest;
}
