// The page as a whole: what is set, what is shown, and what happens between the two.

const VIEWS = { history: "One history", many: "Many histories", results: "Results", take: "Take along" };
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
    this.timelines = {};
    this.cityViews = {};
    this.settings = new Settings(this);
    this.guide = new Guide(this);
    this.many = new ManyView(this);
    this.results = new ResultsView(this);
    this.take = new TakeView(this);
    this.refreshSoon = calm(() => this.attempt(() => this.refresh()), 150);
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
    const opened = this.state.folder ? this.attempt(() => this.results.open(this.state.folder)) : null;
    await this.attempt(() => this.refresh());
    await opened;
    this.show(this.state.view);
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
    this.results.found = this.saved.result;
    this.take.commands = this.saved.commands;
    this.limits(this.saved.limits);
    this.many.build();
    this.results.build();
    this.take.build();
    this.say(`Saved from Hudna ${this.saved.limits.version}: what was seen, without a server.`);
    this.render();
    this.show(this.state.view);
  }

  limits(hello) {
    fill(byId("limits"), el("h2", { text: "What this cannot tell" }), el("ul", {}, hello.limits.map((text) => el("li", { text }))),
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
  }

  show(view) {
    this.state.view = view;
    this.keep();
    for (const name of Object.keys(VIEWS)) {
      byId(`view-${name}`).hidden = name !== view;
      byId(`tab-${name}`).setAttribute("aria-selected", String(name === view));
      byId(`tab-${name}`).tabIndex = name === view ? 0 : -1;
    }
    if (view === "history") this.render();
    if (view === "results") this.results.show();
    if (view === "take") {
      this.take.build();
      this.attempt(() => this.take.fetch());
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
    if (isTwo && !active && !Object.keys(this.state.sides.B.values).length && !this.state.sides.B.without.length) {
      this.state.sides.B = structuredClone(this.state.sides.A);
    }
    if (isTwo && !active) this.state.active = "B";
    this.settings.build();
    this.many.name();
    this.show("history");
    await this.attempt(() => this.refresh());
  }

  changed() {
    this.keep();
    this.refreshSoon();
  }

  keep() {
    if (this.isSaved) return;
    const { hello, state } = this;
    if (hello) sessionStorage.setItem(KEPT, JSON.stringify({ origin: [hello.base, hello.folder], state }));
  }

  // Ask for what is set and show it; a newer question takes the place of an older one.
  async refresh() {
    const began = performance.now();
    this.say("Simulating …", true);
    const sides = this.state.two ? ["A", "B"] : ["A"];
    const found = await Promise.all(sides.map((which) => this.wire.ask("history", { side: this.request(which), which })));
    sides.forEach((which, k) => (this.histories[which] = found[k]));
    if (!this.state.two) delete this.histories.B;
    this.pair = this.state.two ? await this.wire.ask("compare", { one: this.request("A"), other: this.request("B") }) : null;
    this.settings.tell([]);
    fill(byId("errors"));
    this.keep();
    this.render();
    this.took = performance.now() - began;
    this.say(`Simulated ${counted(this.histories.A.days, "day")} of ${counted(this.histories.A.residents, "resident")} in ${(this.took / 1000).toFixed(1)} s.`);
    document.body.dataset.shown = String(Number(document.body.dataset.shown || 0) + 1);
  }

  async attempt(action) {
    try {
      return await action();
    } catch (error) {
      if (error.isGivenUp) return null;
      const errors = error.errors || [{ key: "", text: String(error.message || error) }];
      const isTold = this.settings.tell(errors);
      fill(byId("errors"), errors.map((each, k) => el("p", { class: "problem", text: isTold[k] ? `${each.text} (see the field)` : each.text })));
      if (this.state.view === "many") {
        this.many.error.textContent = errors.map((each) => each.text).join(" ");
        this.many.error.hidden = false;
      } else if (this.state.view !== "history") {
        this.say(errors[0].text);
      }
      this.say("Not simulated: see what is wrong. What is shown is the last history.");
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
    place.textContent = "The explorer has ended, or this page lost it. Start hudna explore again in the terminal; what is shown stays.";
  }

  render() {
    if (this.state.view !== "history" || !this.histories.A) return;
    const sides = this.state.two && this.histories.B ? ["A", "B"] : ["A"];
    this.state.day = Math.min(this.state.day, Math.max(...sides.map((which) => this.histories[which].days)));
    fill(byId("verdicts"), sides.map((which) => this.verdict(which, sides.length > 1)));
    fill(byId("pair"), this.pair ? pairView(this.pair) : []);
    this.player(sides);
    const isBeside = sides.length > 1 && this.width() > 760;
    const width = isBeside ? Math.floor((this.width() - 16) / 2) : this.width();
    const parting = this.pair ? this.pair.day : null;
    this.timelines = {};
    this.cityViews = {};
    for (const which of sides) {
      const name = sides.length > 1 ? `Side ${which}` : "The history";
      this.cityViews[which] = new City(this.histories[which], width, name);
      this.timelines[which] = new Timeline(this.histories[which], width, name, {
        day: (day, isFree) => this.clicked(which, day, isFree),
        event: (event) => this.chosen(which, event),
      }, parting, sides.map((each) => this.histories[each]));
    }
    const column = (which, node) => el("div", {}, sides.length > 1 && el("h3", { text: `Side ${which}` }), node);
    fill(byId("cities"), el("div", { class: isBeside ? "beside" : "" }, sides.map((which) => column(which, this.cityViews[which].root))), cityLegend());
    fill(byId("timelines"), el("div", { class: isBeside ? "beside" : "" }, sides.map((which) => column(which, this.timelines[which].root))), this.legend(parting));
    fill(byId("events"), sides.map((which) => eventTable(this.histories[which], this.isSaved ? null : (event) => this.takeOut(which, event), sides.length > 1 ? which : "")));
    this.showDay(this.state.day);
  }

  legend(parting) {
    return el("p", { class: "faint legend" },
      "Truce: ", ...Object.entries(LOOK.truce).map(([state, look]) => el("span", {}, el("span", { class: "swatch", style: `background:${look.colour}` }), ` ${state} `)),
      "Marks: circles social, squares standoff, triangles put on that day; filled where somebody was killed, larger the more. Grey lines join a blow and its answer; point at one to see them. Dotted upright lines: breaks. ",
      "Lines: ", ...CAMPS.map((camp) => el("span", {}, el("span", { class: "swatch line", style: `background:${LOOK.camps[camp].colour}` }), ` ${camp} `)), " ",
      parting !== null && parting !== undefined && "Green dashed line: the day on which the two part.");
  }

  verdict(which, isNamed) {
    const { lines } = this.histories[which];
    return el("div", { class: "verdict" },
      el("p", { class: "lead", text: `${isNamed ? `${which}: ` : ""}${lines[0]}` }),
      el("details", { open: !isNamed && this.width() > 700 }, el("summary", { text: "What led to it, what it cost" }), lines.slice(1).map((line) => el("p", { text: line }))));
  }

  player(sides) {
    const last = Math.max(...sides.map((which) => this.histories[which].days));
    if (this.slider && Number(this.slider.max) === last && this.slider.isConnected) return;
    this.slider = el("input", { type: "range", id: "day", min: 0, max: last, step: 1, value: this.state.day, on: { input: () => {
      this.play(false);
      this.showDay(Number(this.slider.value));
    } } });
    this.dayTold = el("output", { for: "day" });
    this.playButton = button("Play", () => this.play(!this.timer), { "aria-pressed": "false", id: "play" });
    fill(byId("player"), this.playButton, el("label", { for: "day", text: "Day" }), this.slider, this.dayTold);
  }

  showDay(day) {
    this.state.day = day;
    if (this.slider) this.slider.value = day;
    const history = this.histories.A;
    const state = history.truce.find(([, first, last]) => first <= day && day <= last);
    if (this.dayTold) this.dayTold.textContent = `${day}: ${state ? state[0] : ""}`;
    for (const each of [...Object.values(this.timelines), ...Object.values(this.cityViews)]) each.show(day);
  }

  // Play the days, about 25 seconds for half a year; stops by itself at the end.
  play(isOn) {
    clearInterval(this.timer);
    this.timer = 0;
    if (this.playButton) {
      this.playButton.textContent = isOn ? "Stop" : "Play";
      this.playButton.setAttribute("aria-pressed", String(isOn));
    }
    if (!isOn) return;
    const last = Number(this.slider.max);
    if (this.state.day >= last) this.state.day = 0;
    this.timer = setInterval(() => {
      if (this.state.day >= last) this.play(false);
      else this.showDay(this.state.day + 1);
    }, Math.max(40, Math.min(140, 25000 / Math.max(1, last))));
  }

  clicked(which, day, isFree) {
    this.play(false);
    this.showDay(day);
    if (isFree && this.state.byClick && !this.isSaved) {
      this.state.active = this.state.two ? which : "A";
      this.settings.toggleEvent(this.state.kind, day);
    }
  }

  chosen(which, event) {
    const known = new Map(this.histories[which].events.map((each) => [each.id, each]));
    const lines = eventLines(event, known);
    fill(byId("errors"), el("p", { class: "chosen" }, `${lines.join("; ")}. `,
      !this.isSaved && button("See the history without it", () => this.takeOut(which, event))));
  }

  // Side B becomes this side without one event, so that the two stand side by side.
  takeOut(which, event) {
    const side = structuredClone(this.state.sides[which]);
    if (!side.without.includes(event.id)) side.without.push(event.id);
    if (which === "A") this.state.sides.B = side;
    else this.state.sides.B.without = side.without;
    fill(byId("errors"));
    this.attempt(() => this.pairUp(true, "B"));
  }

  async download(what) {
    const file = await this.wire.ask("take", what);
    this.hand(file);
  }

  async savePage() {
    if (!this.take.commands) await this.take.fetch();
    const { histories, pair, state, hello } = this;
    const content = {
      state: { ...state, view: "history" }, histories, pair, many: this.many.result, result: this.results.found,
      commands: this.take.commands, limits: { limits: hello.limits, statement: hello.statement, version: hello.version },
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
  app.render();
}, 120)).observe(byId("main"));
app.run().catch((error) => app.say(error.message));
