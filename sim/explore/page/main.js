// The page as a whole: what is set, what is shown, and what happens between the two.

const VIEWS = { history: "One history", many: "Many histories", results: "Results", take: "Export" };
const KEPT = "hudna-explorer";

class App {
  constructor(saved) {
    this.saved = saved;
    this.isSaved = Boolean(saved);
    this.state = {
      base: [], sides: { A: { values: {}, without: [] }, B: { values: {}, without: [] } }, active: "A", two: false, day: 0,
      runs: 100, view: "history", kind: "kidnapping", byClick: false, folder: "",
    };
    this.histories = {};
    this.pair = null;
    this.story = new HistoryView(this);
    this.settings = new Settings(this);
    this.guide = new Guide(this);
    this.many = new ManyView(this);
    this.results = new ResultsView(this);
    this.take = new TakeView(this);
    this.refreshSoon = calm(() => this.attempt(() => this.refresh()), 30); // a newer setting takes the place of one under way
    this.fetchSoon = calm(() => this.state.view === "take" && this.take.fetch().catch(() => null), 60); // it says itself what is wrong
    this.wire = new Wire((message) => this.many.take(message), () => this.lost());
  }

  async run() {
    this.tabs();
    if (this.isSaved) {
      this.open_saved();
      return;
    }
    await this.wire.open();
    this.hello = await this.wire.ask("hello");
    this.limits(this.hello);
    const kept = sessionStorage.getItem(KEPT);
    const before = kept ? JSON.parse(kept) : null;
    if (before && JSON.stringify(before.origin) === JSON.stringify([this.hello.base, this.hello.folder])) {
      Object.assign(this.state, before.state);
    } else {
      this.state.base = this.hello.base;
      this.state.folder = this.hello.folder;
      if (this.hello.folder) this.state.view = "results";
    }
    this.start = await this.wire.ask("start", { side: { base: this.state.base } });
    this.buildAll();
    this.show(this.state.view);
    const opened = this.state.folder ? this.attempt(() => this.results.open(this.state.folder)) : null;
    await this.attempt(() => this.refresh());
    await opened;
  }

  buildAll() {
    this.settings.build();
    this.guide.build();
    this.many.build();
    this.results.build();
    this.take.build();
  }

  open_saved() {
    document.body.classList.add("saved");
    Object.assign(this.state, this.saved.state);
    this.histories = this.saved.histories;
    this.pair = this.saved.pair;
    this.many.result = this.saved.many;
    this.many.isStale = Boolean(this.saved.manyIsStale);
    this.results.found = this.saved.result;
    this.take.commands = this.saved.commands;
    this.limits(this.saved.limits);
    this.many.build();
    this.results.build();
    this.take.build();
    this.say(`A page saved from Hudna ${this.saved.limits.version}. Settings cannot be changed here.`);
    this.story.render();
    this.show(this.state.view);
  }

  limits(hello) {
    fill(byId("limits"), el("h2", { text: "Limits" }), el("ul", {}, hello.limits.map((text) => el("li", { text }))),
      el("p", { class: "faint", text: `Hudna ${hello.version}. ${hello.statement}` }));
  }

  tabs() {
    const names = Object.keys(VIEWS);
    const made = names.map((name) => el("button", {
      type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `view-${name}`, text: VIEWS[name],
      on: {
        click: () => this.show(name),
        keydown: (event) => {
          const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
          if (!step) return;
          const next = names[(names.indexOf(name) + step + names.length) % names.length];
          this.show(next);
          byId(`tab-${next}`).focus();
        },
      },
    }));
    fill(byId("views"), made);
    this.mark(this.state.view);
  }

  // Mark the tab of a view, and show its panel.
  mark(view) {
    for (const name of Object.keys(VIEWS)) {
      byId(`view-${name}`).hidden = name !== view;
      byId(`tab-${name}`).setAttribute("aria-selected", String(name === view));
      byId(`tab-${name}`).tabIndex = name === view ? 0 : -1;
    }
  }

  show(view) {
    this.state.view = view;
    this.keep();
    this.mark(view);
    if (view === "history") this.story.render();
    if (view === "results") this.results.show();
    if (view === "take") {
      this.take.build();
      this.take.fetch().catch(() => null);
    }
  }

  width() {
    return Math.max(280, byId("main").clientWidth - 4);
  }

  request(which) {
    const side = this.state.sides[which];
    return { base: this.state.base, values: side.values, without: side.without };
  }

  // Start anew from these overrides, with these values on side A.
  async open(base, values, view) {
    const start = await this.wire.ask("start", { side: { base } });
    this.start = start;
    this.state.base = base;
    this.state.sides = { A: { values: { ...(values || {}) }, without: [] }, B: { values: { ...(values || {}) }, without: [] } };
    this.state.two = false;
    this.state.active = "A";
    this.settings.build();
    await this.refresh();
    this.show(view || "history");
  }

  // An explained history beside the same history with one change.
  async explained(base, change) {
    await this.open(base);
    this.state.sides.B = { values: { ...change.values }, without: change.without };
    await this.pairUp(true, "B");
  }

  async pairUp(isTwo, active) {
    this.state.two = isTwo;
    this.state.active = isTwo ? active || this.state.active : "A";
    const { values, without } = this.state.sides.B;
    const isUntouched = Object.keys(values).every((key) => key === "seed" || key === "days") && !without.length; // both have these
    if (isTwo && !active && isUntouched) {
      this.state.sides.B = structuredClone(this.state.sides.A);
    }
    if (isTwo && !active) this.state.active = "B";
    this.settings.build();
    this.show("history");
    await this.attempt(() => this.refresh());
  }

  changed() {
    this.keep();
    this.refreshSoon();
    this.fetchSoon();
  }

  keep() {
    if (this.isSaved) return;
    const { hello, state } = this;
    if (hello) sessionStorage.setItem(KEPT, JSON.stringify({ origin: [hello.base, hello.folder], state }));
  }

  // Ask for what is set and show it; a newer question takes the place of an older one.
  async refresh() {
    this.many.follow();
    this.say("Simulating …", true);
    try {
      await this.simulate();
    } catch (error) {
      if (!error.isGivenUp) this.say(this.histories.A ? "Not simulated. The last valid history is shown." : "Not simulated.");
      throw error;
    }
  }

  async simulate() {
    const began = performance.now();
    const isFirst = !this.histories.A;
    const sides = this.state.two ? ["A", "B"] : ["A"];
    const found = await Promise.all(sides.map((which) => this.wire.ask("history", { side: this.request(which), which })));
    sides.forEach((which, k) => (this.histories[which] = found[k]));
    if (!this.state.two) delete this.histories.B;
    this.pair = this.state.two ? await this.wire.ask("compare", { one: this.request("A"), other: this.request("B") }) : null;
    this.settings.tell([]);
    fill(byId("errors"));
    fill(byId("chosen"));
    this.keep();
    this.story.render();
    if (isFirst) this.guide.build();
    this.took = performance.now() - began;
    this.say(`Simulated ${counted(this.histories.A.days, "day")} of ${counted(this.histories.A.residents, "resident")} in ${(this.took / 1000).toFixed(1)} s.`);
    document.body.dataset.shown = String(Number(document.body.dataset.shown || 0) + 1);
  }

  async attempt(action) {
    try {
      fill(byId("errors"));
      return await action();
    } catch (error) {
      if (error.isGivenUp) return null;
      const errors = error.errors || [{ key: "", text: String(error.message || error) }];
      const isTold = this.settings.tell(errors);
      fill(byId("errors"), errors.map((each, k) => el("p", { class: "problem", text: isTold[k] ? `${each.text} (see the field)` : each.text })));
      return null;
    }
  }

  say(text, isBusy) {
    byId("status").textContent = text;
    byId("view-history").classList.toggle("busy", Boolean(isBusy));
  }

  lost() {
    const place = byId("lost");
    place.hidden = false;
    place.textContent = "Connection lost: the explorer has stopped. Start hudna explore again and open the new address. What is shown here stays.";
  }

  async download(what) {
    const file = await this.wire.ask("take", what);
    this.hand(file);
  }

  async savePage() {
    const commands = await this.take.fetch(); // of what is set now
    const { histories, pair, state, hello } = this;
    const content = {
      state: { ...state, view: "history" }, histories, pair, many: this.many.result, manyIsStale: this.many.isStale,
      result: this.results.found, commands, limits: { limits: hello.limits, statement: hello.statement, version: hello.version },
    };
    this.hand(await this.wire.ask("save", { content }));
  }

  hand(file) {
    const bytes = Uint8Array.from(atob(file.base64), (sign) => sign.charCodeAt(0));
    const link = el("a", { href: URL.createObjectURL(new Blob([bytes])), download: file.name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    this.say(`Saved as ${file.name}.`);
  }
}

const savedContent = byId("saved");
const app = new App(savedContent ? JSON.parse(savedContent.textContent) : null);
new ResizeObserver(([header]) => {
  document.documentElement.style.setProperty("--head", `${header.target.offsetHeight}px`);
}).observe(document.querySelector("header"));
let seenWidth = 0;
new ResizeObserver(calm(() => {
  if (app.width() === seenWidth) return;
  seenWidth = app.width();
  app.story.render();
}, 120)).observe(byId("main"));
app.run().catch((error) => app.say(error.message));
