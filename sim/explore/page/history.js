// One history, or two side by side: verdicts, the city with its slider, the timelines, what a click on them does.

class HistoryView {
  constructor(app) {
    this.app = app;
    this.timelines = {};
    this.cityViews = {};
  }

  render() {
    if (this.app.state.view !== "history" || !this.app.histories.A) return;
    const sides = this.app.state.two && this.app.histories.B ? ["A", "B"] : ["A"];
    this.app.state.day = Math.min(this.app.state.day, Math.max(...sides.map((which) => this.app.histories[which].days)));
    fill(byId("verdicts"), sides.map((which) => this.verdict(which, sides.length > 1)));
    fill(byId("pair"), this.app.pair ? pairView(this.app.pair) : []);
    this.player(sides);
    const isBeside = sides.length > 1 && this.app.width() > 760;
    const width = isBeside ? Math.floor((this.app.width() - 16) / 2) : this.app.width();
    const parting = this.app.pair ? this.app.pair.day : null;
    this.timelines = {};
    this.cityViews = {};
    for (const which of sides) {
      const name = sides.length > 1 ? `Side ${which}` : "The history";
      this.cityViews[which] = new City(this.app.histories[which], width, name);
      this.timelines[which] = new Timeline(this.app.histories[which], width, name, {
        day: (day, isFree) => this.clicked(which, day, isFree),
        event: (event) => this.chosen(which, event),
      }, parting, sides.map((each) => this.app.histories[each]));
    }
    const column = (which, node) => el("div", {}, sides.length > 1 && el("h3", { text: `Side ${which}` }), node);
    fill(byId("cities"), el("div", { class: isBeside ? "beside" : "" }, sides.map((which) => column(which, this.cityViews[which].root))), cityLegend());
    fill(byId("timelines"), el("div", { class: isBeside ? "beside" : "" }, sides.map((which) => column(which, this.timelines[which].root))), this.legend(parting));
    fill(byId("events"), sides.map((which) => eventTable(this.app.histories[which], this.app.isSaved ? null : (event) => this.takeOut(which, event), sides.length > 1 ? which : "")));
    this.showDay(this.app.state.day);
  }

  legend(parting) {
    return el("p", { class: "faint legend" },
      "Truce: ", ...Object.entries(LOOK.truce).map(([state, look]) => el("span", {}, el("span", { class: "swatch", style: `background:${look.colour}` }), ` ${state} `)),
      "Marks: circles are social events, squares standoff, triangles scheduled; filled if anybody was killed, larger the more. Grey lines link an event to what it answers or follows; point at a mark to highlight them. Dotted vertical lines: breaks. ",
      "Lines: ", ...CAMPS.map((camp) => el("span", {}, el("span", { class: "swatch line", style: `background:${LOOK.camps[camp].colour}` }), ` ${camp} `)), " ",
      parting !== null && parting !== undefined && "Green dashed line: the day on which A and B diverge.");
  }

  verdict(which, isNamed) {
    const { lines } = this.app.histories[which];
    return el("div", { class: "verdict" },
      el("p", { class: "lead", text: `${isNamed ? `${which}: ` : ""}${lines[0]}` }),
      el("details", { open: !isNamed && this.app.width() > 700 }, el("summary", { text: "Causes and costs" }), lines.slice(1).map((line) => el("p", { text: line }))));
  }

  player(sides) {
    const last = Math.max(...sides.map((which) => this.app.histories[which].days));
    byId("player").classList.toggle("two", sides.length > 1);
    if (this.slider && Number(this.slider.max) === last && this.slider.isConnected) return;
    this.play(false);
    this.slider = el("input", { type: "range", id: "day", min: 0, max: last, step: 1, value: this.app.state.day, on: { input: () => {
      this.play(false);
      this.showDay(Number(this.slider.value));
    } } });
    this.dayTold = el("output", { for: "day" });
    this.playButton = button("Play", () => this.play(!this.timer), { "aria-pressed": "false", id: "play" });
    fill(byId("player"), this.playButton, el("label", { for: "day", text: "Day" }), this.slider, this.dayTold);
  }

  showDay(day) {
    this.app.state.day = day;
    if (this.slider) this.slider.value = day;
    const { A, B } = this.app.histories;
    const told = this.app.state.two && B ? `A ${truceOn(A, day)}, B ${truceOn(B, day)}` : `truce ${truceOn(A, day)}`;
    if (this.dayTold) this.dayTold.textContent = `${day}${A.day_zero ? `, ${dateOf(A, day)}` : ""}: ${told}`;
    this.app.settings.nameDay();
    for (const each of [...Object.values(this.timelines), ...Object.values(this.cityViews)]) each.show(day);
  }

  // Play the days, about 25 seconds for half a year; stops by itself at the end.
  play(isOn) {
    clearInterval(this.timer);
    this.timer = 0;
    if (this.playButton) {
      this.playButton.textContent = isOn ? "Pause" : "Play";
      this.playButton.setAttribute("aria-pressed", String(isOn));
    }
    if (!isOn) return;
    const last = Number(this.slider.max);
    if (this.app.state.day >= last) this.app.state.day = 0;
    this.timer = setInterval(() => {
      if (this.app.state.day >= last) this.play(false);
      else this.showDay(this.app.state.day + 1);
    }, Math.max(40, Math.min(140, 25000 / Math.max(1, last))));
  }

  clicked(which, day, isFree) {
    this.play(false);
    this.showDay(day);
    if (isFree && this.app.state.byClick && !this.app.isSaved) {
      this.app.state.active = this.app.state.two ? which : "A";
      this.app.settings.toggleEvent(this.app.state.kind, day);
    }
  }

  chosen(which, event) {
    const lines = eventLines(event, this.app.histories[which]);
    fill(byId("chosen"), el("p", { class: "chosen" }, `${lines.join("; ")}. `,
      !this.app.isSaved && button("See the history without it", () => this.takeOut(which, event))));
  }

  // Side B becomes this side without one event, so that the two stand side by side.
  takeOut(which, event) {
    const side = structuredClone(this.app.state.sides[which]);
    if (!side.without.includes(event.id)) side.without.push(event.id);
    if (which === "A") this.app.state.sides.B = side;
    else this.app.state.sides.B.without = side.without;
    fill(byId("chosen"));
    this.app.attempt(() => this.app.pairUp(true, "B"));
  }
}
