// The settings of the two sides: start, luck, measures, scheduled events, main parameters, all others.

class Settings {
  constructor(app) {
    this.app = app;
    this.root = byId("settings");
    this.fields = new Map();
    this.others = el("div", { class: "others" });
  }

  get side() {
    return this.app.state.sides[this.app.state.active];
  }

  // The value that holds on the active side: as set, else that of the start.
  value(key, start) {
    return key in this.side.values ? this.side.values[key] : start;
  }

  set(key, value, start, isShared) {
    const { state } = this.app;
    const sides = isShared ? [state.sides.A, state.sides.B] : [this.side];
    for (const side of sides) {
      if (JSON.stringify(value) === JSON.stringify(start)) delete side.values[key];
      else side.values[key] = value;
    }
    this.app.changed();
    this.mark();
  }

  build() {
    const { choices } = this.app.start;
    this.fields.clear();
    const isOpen = this.fold ? this.fold.open : window.innerWidth > 800;
    this.fold = el("details", { class: "fold", open: isOpen });
    fill(
      this.root,
      put(this.fold, {}, [
        el("summary", { text: "Settings" }),
        this.beginning(),
        this.chooser(),
        el("fieldset", {}, el("legend", { text: "Protective measures" }), choices.measures.map((each) => this.measure(each)),
          el("p", { class: "faint", text: "Where no harm is named, the model has none, which is not to say that there is none." })),
        this.eventDays(choices.events),
        el("fieldset", {}, el("legend", { text: "Main parameters" }), choices.main.map((each) => this.parameter(each))),
        this.search(choices.others),
      ]),
    );
    this.mark();
  }

  beginning() {
    const { start, hello, state } = this.app;
    const names = hello.scenarios.includes(start.name) ? hello.scenarios : [start.name, ...hello.scenarios];
    const scenario = el("select", { id: "scenario", on: { change: () => this.app.attempt(() => this.begin(scenario)) } },
      names.map((name) => el("option", { value: name, text: scenarioWords(name), selected: name === start.name })));
    const seed = this.number("seed", { value: start.seed, low: 0, high: 2 ** 53, whole: true }, true);
    const days = this.number("days", { value: start.days, low: 0, high: 3650, whole: true }, true);
    return el("fieldset", {},
      el("legend", { text: "Start" }),
      el("div", { class: "row" }, el("label", { for: "scenario", text: "Scenario" }), scenario),
      el("div", { class: "row" }, el("label", { for: "f-seed", text: "Seed" }), el("span", { class: "pair-of" }, seed,
        button("Next seed", () => {
          const now = state.sides.A.values.seed ?? start.seed;
          this.set("seed", now + 1, start.seed, true);
          seed.value = now + 1;
        }))),
      el("div", { class: "row" }, el("label", { for: "f-days", text: "Days" }), days),
      this.said("seed"), this.said("days"),
    );
  }

  async begin(scenario) {
    const before = this.app.start.name;
    try {
      await this.app.open([`scenario=${scenario.value}`]);
    } catch (error) {
      scenario.value = before;
      throw error;
    }
  }

  chooser() {
    const { state } = this.app;
    const choose = (which) => {
      state.active = which;
      this.build();
      this.root.querySelector(`[data-side="${which}"]`).focus();
    };
    const two = el("input", { type: "checkbox", id: "two", checked: state.two, on: { change: () => this.app.pairUp(two.checked) } });
    const sides = state.two && ["A", "B"].map((which) =>
      button(`Side ${which}`, () => choose(which), { "aria-pressed": String(state.active === which), "data-side": which }));
    return el("fieldset", { class: "sides" },
      el("legend", { text: "Two side by side" }),
      el("div", { class: "check" }, two, el("label", { for: "two", text: "Compare A with B under the same luck" })),
      sides && el("div", { class: "buttons" }, ...sides,
        button("Copy A to B", () => {
          state.sides.B = structuredClone(state.sides.A);
          this.build();
          this.app.changed();
        })),
      state.two && el("p", { class: "faint", text: `Measures, events and parameters below apply to side ${state.active}.` }),
      el("div", { class: "buttons" },
        button("Reset all but seed and days", () => {
          const { seed, days } = this.side.values;
          const kept = Object.entries({ seed, days }).filter(([, value]) => value !== undefined);
          state.sides[state.active] = { values: Object.fromEntries(kept), without: [] };
          this.build();
          this.app.changed();
        })),
      this.side.without.length > 0 && el("p", {},
        `${counted(this.side.without.length, "event")} removed. `,
        button("Restore", () => {
          this.side.without = [];
          this.build();
          this.app.changed();
        })),
    );
  }

  measure(each) {
    const key = (name) => `measures.${each.name}.${name}`;
    const isOn = this.value(key("enabled"), each.enabled);
    const on = el("input", { type: "checkbox", id: `m-${each.name}`, checked: isOn, on: { change: () => {
      this.set(key("enabled"), on.checked, each.enabled);
      details.hidden = !on.checked;
    } } });
    const strength = this.value(key("strength"), each.strength);
    const slider = el("input", {
      type: "range", min: 0, max: 100, step: 5, value: Math.round(100 * strength), id: `m-${each.name}-strength`,
      on: { input: () => {
        told.textContent = `${slider.value} %`;
        this.set(key("strength"), Number(slider.value) / 100, each.strength);
      } },
    });
    const told = el("output", { for: slider.id, text: `${slider.value} %` });
    const details = el("div", { class: "measure-days", hidden: !isOn },
      el("label", {}, "from day ", this.number(key("start_day"), { value: each.start_day, low: 0, high: 100000, whole: true })),
      el("label", {}, "to day ", this.number(key("end_day"), { value: each.end_day, low: 0, high: 100000, whole: true, mayBeEmpty: true })),
      el("label", { for: slider.id, text: "strength" }), slider, told,
      this.said(key("start_day")), this.said(key("end_day")), this.said(key("strength")),
      this.said(`measures.${each.name}`),
    );
    return el("div", { class: "measure" },
      el("div", { class: "check" }, on, el("label", { for: on.id, text: upper(each.title) })),
      el("p", { class: "faint", text: `${upper(each.says)}.${each.harm ? ` Harm: ${each.harm}.` : ""}` }),
      details,
    );
  }

  eventDays(kinds) {
    const choose = el("select", { id: "kind", on: { change: () => {
      this.app.state.kind = choose.value;
      this.nameDay();
    } } },
      kinds.map((each) => el("option", { value: each.name, text: each.title, selected: each.name === this.app.state.kind })));
    const chips = kinds.flatMap((each) => {
      const key = `events.${each.name}.at`;
      return this.value(key, each.at).map((entry) =>
        button(`${each.title}, ${dayWords(this.app.start, dayOf(entry))} ×`, () => this.schedule(each.name, (all) => all.filter((other) => other !== entry)),
          { class: "chip", "aria-label": `Remove the ${each.title} of day ${dayOf(entry)}` }));
    });
    this.add = button("", () => this.schedule(choose.value, (all) => withDay(all, this.day)));
    this.nameDay();
    return el("fieldset", {},
      el("legend", { text: "Scheduled events" }),
      el("div", { class: "row" }, el("label", { for: "kind", text: "Kind" }), choose),
      el("div", { class: "buttons" }, this.add),
      el("label", { class: "check" },
        el("input", { type: "checkbox", checked: this.app.state.byClick, on: { change: (event) => (this.app.state.byClick = event.target.checked) } }),
        el("span", { text: "Add or remove by clicking on the timeline" })),
      chips.length ? el("div", { class: "chips" }, chips) : el("p", { class: "faint", text: "None yet." }),
      kinds.map((each) => this.said(`events.${each.name}.at`)),
    );
  }

  // The day shown, on which an event is added; the first day for events is 1.
  get day() {
    return Math.max(1, this.app.state.day);
  }

  // The entries of a kind on the active side: days, or days with what is known of the event.
  entries(kind) {
    const event = this.app.start.choices.events.find((each) => each.name === kind);
    return event ? this.value(`events.${kind}.at`, event.at) : [];
  }

  nameDay() {
    if (!this.add) return;
    this.add.textContent = `Add on day ${this.day}`;
    this.add.disabled = this.entries(this.app.state.kind).some((each) => dayOf(each) === this.day);
  }

  // `change` makes the new entries of a kind from its present ones.
  schedule(kind, change) {
    const event = this.app.start.choices.events.find((each) => each.name === kind);
    this.set(`events.${kind}.at`, change(this.entries(kind)), event.at);
    this.build();
  }

  toggleEvent(kind, day) {
    const at = Math.max(1, day);
    this.schedule(kind, (all) => all.some((each) => dayOf(each) === at) ? all.filter((each) => dayOf(each) !== at) : withDay(all, at));
  }

  parameter(each) {
    const id = `f-${each.key}`;
    return el("div", { class: "parameter", "data-key": each.key },
      el("label", { for: id, class: "name", text: upper(each.title) }),
      this.input(each, id),
      el("p", { class: "faint", text: `${upper(each.says)}. ${this.provenance(each)}` }, el("code", { text: each.key })),
      this.said(each.key),
    );
  }

  provenance(each) {
    const unit = ["", "1", "on/off"].includes(each.unit) ? "" : each.unit;
    const parts = [unit, each.range, `starts at ${this.written(each.value)}`, each.source && `source: ${each.source}`];
    return `${parts.filter(Boolean).join("; ")}.`;
  }

  written(value) {
    return typeof value === "string" ? value : typeof value === "number" ? short(value) : JSON.stringify(value);
  }

  input(each, id) {
    const now = this.value(each.key, each.value);
    if (each.entry === "switch") {
      const box = el("input", { type: "checkbox", id, checked: now, on: { change: () => this.set(each.key, box.checked, each.value) } });
      return box;
    }
    if (each.entry === "word") {
      const select = el("select", { id, on: { change: () => this.set(each.key, select.value, each.value) } },
        each.words.map((word) => el("option", { value: word, text: words(word), selected: word === now })));
      return select;
    }
    if (each.entry === "number") return this.number(each.key, each);
    const text = el("input", { type: "text", id, value: this.written(now), on: { change: () => {
      let value = text.value;
      try {
        value = JSON.parse(text.value);
      } catch {
        // a word is taken as it is
      }
      this.set(each.key, value, each.value);
    } } });
    return text;
  }

  number(key, each, isShared) {
    const now = this.value(key, each.value);
    const box = el("input", {
      type: "number", id: `f-${key}`, step: each.whole ? 1 : "any", inputmode: each.whole ? "numeric" : "decimal",
      value: now ?? "", placeholder: each.mayBeEmpty ? "no end" : null,
      on: { input: () => {
        if (box.value === "" && each.mayBeEmpty) this.set(key, null, each.value, isShared);
        else if (box.value !== "" && Number.isFinite(Number(box.value))) this.set(key, Number(box.value), each.value, isShared);
        else this.tell([{ key, text: "enter a number" }]);
      } },
    });
    return box;
  }

  search(others) {
    const field = el("input", { type: "search", id: "search", placeholder: "part of a name or meaning", on: { input: calm(() => show(), 120) } });
    const count = el("p", { class: "faint", role: "status" });
    const show = () => {
      const wanted = field.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      const fits = (each) => wanted.every((word) => `${each.key} ${each.title} ${each.says} ${each.source}`.toLowerCase().includes(word));
      const set = others.filter((each) => each.key in this.side.values);
      const found = wanted.length ? others.filter(fits) : set;
      count.textContent = wanted.length
        ? `${counted(found.length, "parameter")}${found.length > 30 ? "; the first 30 are shown" : ""}`
        : `${counted(others.length, "more parameter")}${set.length ? "; those you changed:" : ""}`;
      fill(this.others, found.slice(0, 30).map((each) => this.parameter(each)));
      this.mark();
    };
    show();
    return el("fieldset", {},
      el("legend", { text: "All other parameters" }),
      el("div", { class: "row" }, el("label", { for: "search", text: "Search" }), field),
      count, this.others);
  }

  said(key) {
    const place = el("p", { class: "field-error", "data-error": key, hidden: true });
    return place;
  }

  // Say at each field what is wrong with it; true for those that have a field here.
  tell(errors) {
    for (const place of this.root.querySelectorAll("[data-error]")) place.hidden = true;
    for (const box of this.root.querySelectorAll("[aria-invalid]")) box.removeAttribute("aria-invalid");
    return errors.map((error) => {
      const place = this.root.querySelector(`[data-error="${CSS.escape(error.key)}"]`);
      if (!error.key || !place) return false;
      place.textContent = error.text;
      place.hidden = false;
      const box = byId(`f-${error.key}`);
      if (box) box.setAttribute("aria-invalid", "true");
      return true;
    });
  }

  // Mark the fields that differ from the start.
  mark() {
    for (const label of this.root.querySelectorAll(".parameter")) {
      label.classList.toggle("set", label.dataset.key in this.side.values);
    }
  }
}

// The day of an entry of events.KIND.at: the entry itself, or its day.
const dayOf = (entry) => entry.day ?? entry;

// Such entries with one more day, in order.
const withDay = (entries, day) => [...entries, day].sort((one, other) => dayOf(one) - dayOf(other));
