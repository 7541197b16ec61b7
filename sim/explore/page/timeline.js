// One history over its days: truce, army, events, what counts towards a break, feelings, departures, losses.

const STEPS = [1, 2, 5, 10, 20, 30, 60, 90, 180, 365, 730];

function dayTicks(last, most) {
  const step = STEPS.find((each) => last / each <= most) || Math.ceil(last / most);
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, k) => k * step);
}

function niceTop(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 8, 10].map((k) => k * power).find((each) => each >= value);
}

function largest(values) {
  return values.reduce((most, value) => (value !== null && value > most ? value : most), 0);
}

// The rows of events of all these histories: social ones first, army orders last.
function sharedRows(histories) {
  const rows = [];
  for (const layer of ["social", "standoff"]) {
    for (const history of histories) {
      for (const each of history.rows) {
        if (each[0] === layer && !rows.some((row) => row[0] === layer && row[1] === each[1])) rows.push(each);
      }
    }
  }
  const isLast = (row) => row[1] === "army orders";
  return [...rows.filter((row) => !isLast(row)), ...rows.filter(isLast)];
}

class Timeline {
  // `on`: day(day, isFree), event(event); `parting`: the day from which another history differs, or null;
  // `all`: the histories that stand side by side and share rows and scales.
  constructor(history, width, name, on, parting, all) {
    this.history = history;
    this.all = all || [history];
    this.on = on;
    this.parting = parting;
    this.isNarrow = width < 560;
    this.left = this.isNarrow ? 104 : 132;
    this.right = this.isNarrow ? 14 : 122; // room for "strained under 75 %"
    this.width = Math.max(300, width);
    this.inner = this.width - this.left - this.right;
    this.last = Math.max(1, history.days);
    this.y = 8;
    this.body = draw("g");
    this.panels();
    this.height = this.y + (history.day_zero ? 44 : 30);
    this.axis();
    this.root = draw("svg", {
      viewBox: `0 0 ${this.width} ${this.height}`,
      width: this.width,
      height: this.height,
      role: "img",
      "aria-label": `${name}: ${history.lines[0]} The table of events below has each event in words.`,
      class: "timeline",
    }, this.body);
    this.cursor = draw("line", { y1: 0, y2: this.y, stroke: LOOK.ink, "stroke-width": 1, class: "cursor" });
    this.root.append(this.cursor);
    this.listen();
    this.show(0);
  }

  x(day) {
    return this.left + (this.inner * (day + 0.5)) / (this.last + 1);
  }

  dayAt(clientX) {
    const box = this.root.getBoundingClientRect();
    const x = ((clientX - box.left) * this.width) / box.width;
    const day = Math.round(((x - this.left) * (this.last + 1)) / this.inner - 0.5);
    return day < -2 || day > this.last + 2 ? null : Math.max(0, Math.min(this.last, day));
  }

  text(x, y, words, more) {
    return draw("text", { x, y, text: words, fill: LOOK.ink, "font-size": 11, ...(more || {}) });
  }

  heading(words) {
    this.y += this.isNarrow ? 25 : 20; // on a narrow one the words stand above the numbers of the axis too
    this.body.append(this.text(this.isNarrow ? 2 : this.left, this.y - (this.isNarrow ? 10 : 5), words, { "font-weight": 600, "font-size": 11.5 }));
  }

  panels() {
    const h = this.history;
    this.band("truce", h.truce, (state) => LOOK.truce[state].colour, 22, (state) => state);
    this.band("army", h.army, (state) => LOOK.postures[state].colour, 15, postureWords);
    this.marks();
    this.heading(`Feud: weighted breaches among residents, over ${counted(h.windows.feud, "day")}`);
    this.lines([{ name: "feud", values: h.series.feud, colour: LOOK.colours.vermillion, width: 1.8 }], 58, {
      bars: h.bars.feud === null ? [] : [{ name: "feud", value: h.bars.feud, label: `breaks at ${short(h.bars.feud)}`, colour: LOOK.ink }],
    });
    const after = h.bars.passage === null || this.isNarrow ? "" : `; the truce breaks after ${counted(h.windows.passage, "day")} without it`;
    this.heading(`Free passage in and out${after}`);
    const gone = { name: "passage", value: h.bars.passage, label: `gone under ${percent(h.bars.passage)}`, colour: LOOK.barInk, isUnder: true };
    const strained = { name: "strained", value: h.bars.strained, label: `strained under ${percent(h.bars.strained)}`, colour: LOOK.faint, isUnder: true };
    this.lines([{ name: "passage", values: h.series.passage, colour: LOOK.colours.green, width: 1.8 }], 44, {
      bars: h.bars.passage === null ? [strained] : [strained, gone], top: 1, write: percent,
    });
    this.heading("Fear (solid) and anger (dashed) of those present");
    const feelings = CAMPS.flatMap((camp) => [
      { name: `fear_${camp}`, values: h.series[`fear_${camp}`], colour: LOOK.camps[camp].colour, width: LOOK.camps[camp].width, label: camp },
      { name: `anger_${camp}`, values: h.series[`anger_${camp}`], colour: LOOK.camps[camp].colour, width: LOOK.camps[camp].width, dash: "5 3" },
    ]);
    this.lines(feelings, 76, { most: 1 });
    this.heading("Residents who have left, by camp");
    this.lines(CAMPS.map((camp) => ({
      name: `departed_${camp}`, values: h.series[`departed_${camp}`], colour: LOOK.camps[camp].colour, width: LOOK.camps[camp].width, label: camp,
    })), 58);
    this.heading("Captives (green) and dead residents (black)");
    this.lines([
      { name: "captive", values: h.series.captive, colour: LOOK.losses.captive.colour, width: 1.6, label: "captive" },
      { name: "dead", values: h.series.dead, colour: LOOK.losses.dead.colour, width: 1.6, label: "dead" },
    ], 48);
    for (const each of h.breaks) {
      this.body.append(draw("line", {
        x1: this.x(each.day), x2: this.x(each.day), y1: 8, y2: this.y, stroke: LOOK.ink, "stroke-width": 0.8,
        "stroke-dasharray": "1 2", class: "break",
      }));
    }
    if (this.parting !== null && this.parting !== undefined) {
      const x = this.x(this.parting) - this.inner / (this.last + 1) / 2;
      this.body.append(draw("line", {
        x1: x, x2: x, y1: 8, y2: this.y, stroke: LOOK.colours.green, "stroke-width": 1.5, "stroke-dasharray": "4 3",
      }));
    }
  }

  band(name, spans, colour, height, wordsOf) {
    const day = this.inner / (this.last + 1);
    this.body.append(this.text(this.left - 8, this.y + height / 2 + 4, name, { "text-anchor": "end" }));
    for (const [state, first, last] of spans) {
      const x = this.x(first) - day / 2;
      const width = (last - first + 1) * day;
      const fillColour = colour(state);
      const label = wordsOf(state);
      this.body.append(draw("rect", { x, y: this.y, width: width + 0.3, height, fill: fillColour, "data-band": label }));
      if (width > label.length * 6 + 8 && height > 12) {
        this.body.append(this.text(x + width / 2, this.y + height / 2 + 4, label, {
          "text-anchor": "middle", fill: inkOn(fillColour), "pointer-events": "none",
        }));
      }
    }
    this.y += height + 3;
  }

  marks() {
    const { events } = this.history;
    const rows = sharedRows(this.all);
    const rowOf = new Map(rows.map(([layer, row], k) => [`${layer} ${row}`, k]));
    this.heading("Events");
    if (!rows.length) {
      this.body.append(this.text(this.left, this.y + 14, "no event", { fill: LOOK.faint }));
      this.y += 22;
      return;
    }
    const step = rows.length > 14 ? 14 : 16;
    const top = this.y;
    this.marksBox = [top, top + rows.length * step];
    rows.forEach(([layer, row], k) => {
      const y = top + (k + 0.5) * step;
      this.body.append(
        draw("line", { x1: this.left, x2: this.left + this.inner, y1: y, y2: y, stroke: LOOK.pale, "stroke-width": 0.8 }),
        this.text(this.left - 8, y + 4, row, {
          "text-anchor": "end", "font-size": 10.5, fill: layer === "social" ? LOOK.socialInk : LOOK.ink,
        }),
      );
    });
    const own = this.history.rows.map(([layer, row]) => rowOf.get(`${layer} ${row}`));
    const yOf = (event) => top + (own[event.row] + event.y - event.row + 0.5) * step;
    const known = new Map(events.map((event) => [event.id, event]));
    const joins = events.filter((event) => known.has(event.parent) && (event.breach > 0 || event.cause === "answer"));
    const path = joins.map((event) => {
      const parent = known.get(event.parent);
      return `M${this.x(parent.day).toFixed(1)} ${yOf(parent).toFixed(1)}L${this.x(event.day).toFixed(1)} ${yOf(event).toFixed(1)}`;
    });
    this.body.append(draw("path", { d: path.join(""), stroke: "#8a8a8a", "stroke-width": 0.7, fill: "none" }));
    this.links = draw("path", { stroke: LOOK.colours.vermillion, "stroke-width": 2, fill: "none" });
    this.body.append(this.links);
    for (const event of events) {
      const killed = event.deaths + event.soldiers;
      const size = Math.min(8, 2.6 + 0.9 * Math.sqrt(killed));
      const colour = LOOK.layers[event.layer].colour;
      const look = {
        fill: killed ? colour : "#ffffff", stroke: colour, "stroke-width": 1.2, "data-event": event.id, class: "mark",
      };
      const x = this.x(event.day);
      const y = yOf(event);
      event.at = [x, y];
      if (event.cause === "scheduled") {
        this.body.append(draw("path", { d: `M${x - 5} ${y - 4}h10l-5 8z`, ...look }));
      } else if (event.layer === "standoff") {
        this.body.append(draw("rect", { x: x - size * 0.8, y: y - size * 0.8, width: 1.6 * size, height: 1.6 * size, ...look }));
      } else {
        this.body.append(draw("circle", { cx: x, cy: y, r: size, ...look }));
      }
    }
    this.y = top + rows.length * step;
  }

  // `bars`: thresholds; `top` of the axis, else at most `most`; `write` writes its numbers.
  lines(all, height, { bars = [], top: fixedTop = 0, most = Infinity, write = short } = {}) {
    const wanted = niceTop(1.02 * Math.max(1e-9, ...bars.map((bar) => bar.value), ...this.all.flatMap((each) => all.map((line) => largest(each.series[line.name])))));
    const top = fixedTop || Math.min(most, wanted);
    const base = this.y + height;
    const y = (value) => base - (height * Math.min(value, top)) / top;
    for (const tick of [0, top / 2, top]) {
      this.body.append(
        draw("line", { x1: this.left, x2: this.left + this.inner, y1: y(tick), y2: y(tick), stroke: LOOK.pale, "stroke-width": 0.8 }),
        this.text(this.left - 8, y(tick) + 4, write(tick), { "text-anchor": "end", fill: LOOK.faint, "font-size": 10 }),
      );
    }
    for (const bar of bars) {
      this.body.append(draw("line", {
        x1: this.left, x2: this.left + this.inner, y1: y(bar.value), y2: y(bar.value), stroke: bar.colour,
        "stroke-width": 1, "stroke-dasharray": "4 2", "data-bar": bar.name,
      }));
    }
    if (this.isNarrow) this.nameBars(bars, y, base - height);
    const ends = bars.map((bar) => [y(bar.value), bar.label, bar.colour]);
    for (const line of all) {
      let path = "";
      let isOpen = false;
      line.values.forEach((value, day) => {
        if (value === null) {
          isOpen = false;
          return;
        }
        path += `${isOpen ? "L" : "M"}${this.x(day).toFixed(1)} ${y(value).toFixed(1)}`;
        isOpen = true;
      });
      this.body.append(draw("path", {
        d: path, fill: "none", stroke: line.colour, "stroke-width": line.width, "stroke-dasharray": line.dash,
        "stroke-linejoin": "round",
      }));
      const end = line.values.at(-1);
      if (line.label && end !== null && end !== undefined) ends.push([y(end), line.label, line.colour]);
    }
    if (!this.isNarrow) this.nameEnds(ends, base);
    this.y = base + 4;
  }

  // On a narrow one, names of thresholds stand on their lines or under them, at the first days, where truces mostly hold.
  nameBars(bars, y, top) {
    for (const { value, label, colour, isUnder } of bars) {
      const dy = isUnder || y(value) - top < 11 ? 10 : -3;
      this.body.append(this.text(this.left + 4, y(value) + dy, label, { fill: colour, "font-size": 11 }));
    }
  }

  nameEnds(ends, base) {
    ends.sort((one, other) => one[0] - other[0]);
    let before = -1e9;
    const placed = ends.map(([y, label, colour]) => {
      before = Math.max(y, before + 12);
      return [before, label, colour];
    });
    const over = Math.max(0, before - base);
    for (const [y, label, colour] of placed) {
      this.body.append(this.text(this.left + this.inner + 6, y - over + 4, label, { fill: LOOK.inks[colour] || colour }));
    }
  }

  axis() {
    for (const tick of dayTicks(this.last, this.isNarrow ? 5 : 12)) {
      const x = this.x(tick);
      this.body.append(
        draw("line", { x1: x, x2: x, y1: this.y - 2, y2: this.y + 4, stroke: LOOK.faint }),
        this.text(x, this.y + 16, String(tick), { "text-anchor": "middle", fill: LOOK.faint }),
        this.text(x, this.y + 30, shortDate(this.history, tick), {
          "text-anchor": x + 24 > this.width ? "end" : "middle", dx: x + 24 > this.width ? 12 : 0, fill: LOOK.faint, "data-date": tick,
        }),
      );
    }
    this.body.append(this.text(this.left - 8, this.y + 16, "day", { "text-anchor": "end", fill: LOOK.faint }));
    if (this.history.day_zero) {
      const years = [0, this.last].map((day) => dateOf(this.history, day).slice(0, 4));
      const told = years[0] === years[1] ? years[0] : `${years[0]}–${years[1].slice(2)}`;
      this.body.append(this.text(this.left - 24, this.y + 30, told, { "text-anchor": "end", fill: LOOK.faint }));
    }
  }

  show(day) {
    const x = this.x(Math.min(day, this.last));
    this.cursor.setAttribute("x1", x);
    this.cursor.setAttribute("x2", x);
  }

  listen() {
    const events = new Map(this.history.events.map((event) => [event.id, event]));
    this.root.addEventListener("pointermove", (pointer) => {
      const event = events.get(pointer.target.dataset ? pointer.target.dataset.event : "");
      if (event) {
        this.link(event, events);
        hintAt(eventLines(event, this.history), pointer.clientX, pointer.clientY);
        return;
      }
      this.link(null);
      const day = this.dayAt(pointer.clientX);
      hintAt(day === null ? null : this.dayLines(day), pointer.clientX, pointer.clientY);
    });
    this.root.addEventListener("pointerleave", () => {
      hintAt(null);
      this.link(null);
    });
    this.root.addEventListener("click", (pointer) => {
      const event = events.get(pointer.target.dataset ? pointer.target.dataset.event : "");
      const day = event ? event.day : this.dayAt(pointer.clientX);
      if (event) this.on.event(event);
      if (day !== null) this.on.day(day, !event);
    });
  }

  // Draw what this event answers, and what answers it.
  link(event, events) {
    if (!this.links) return;
    if (!event) {
      this.links.setAttribute("d", "");
      return;
    }
    const tied = this.history.events.filter((each) => each.parent === event.id || each.id === event.parent);
    this.links.setAttribute("d", tied.map((each) => `M${event.at.join(" ")}L${each.at.join(" ")}`).join(""));
  }

  dayLines(day) {
    const h = this.history;
    const at = (name) => h.series[name][day];
    const army = h.army.find(([, first, last]) => first <= day && day <= last);
    return [
      `${upper(dayWords(h, day))}: truce ${truceOn(h, day)}, army ${army ? postureWords(army[0]) : ""}`,
      `weighted breaches ${short(at("feud"))}, free passage ${percent(at("passage"))}`,
      `left: ${CAMPS.map((camp) => `${whole(at(`departed_${camp}`) || 0)} ${camp}`).join(", ")}`,
      `dead ${whole(at("dead") || 0)}, captive ${whole(at("captive") || 0)}`,
    ];
  }
}
