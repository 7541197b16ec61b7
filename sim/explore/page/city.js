// The city as a scheme: quarters as tiles, never their real places, with tension, people present, the day's events.

// Columns of a grid of n tiles, so wide for its height and with few tiles missing in the last row.
function columnsOf(n, wide) {
  const wanted = Math.sqrt(n * wide);
  const cost = (columns) => Math.abs(columns - wanted) / wanted + (Math.ceil(n / columns) * columns - n) / columns;
  return Array.from({ length: Math.max(1, n) }, (_, k) => k + 1).reduce((best, each) => (cost(each) < cost(best) ? each : best), 1);
}

const ARMY_DOES = {
  observing: "is observing", squeezing: "is squeezing the city", besieging: "is besieging the city", bombarding: "is bombarding the city",
  storming: "is storming the city", holding: "holds the city", withdrawn: "has withdrawn",
};

class City {
  constructor(history, width, name) {
    this.history = history;
    this.name = name;
    this.quarters = history.quarters;
    const n = this.quarters ? this.quarters.present[0].length : 0;
    this.columns = columnsOf(n, width > 620 ? 2.6 : 1.5);
    this.rows = Math.ceil(n / this.columns);
    this.width = Math.max(280, width);
    this.gap = 5;
    this.ring = 30;
    this.tileWidth = (this.width - 2 * this.ring - (this.columns - 1) * this.gap) / this.columns;
    this.tileHeight = Math.min(64, Math.max(44, this.tileWidth * 0.62));
    this.height = 2 * this.ring + this.rows * (this.tileHeight + this.gap) - this.gap;
    this.root = draw("svg", {
      viewBox: `0 0 ${this.width} ${this.height}`, width: this.width, height: this.height, role: "img", class: "city",
    });
    this.tiles = [];
    if (n) this.build(n);
  }

  build(n) {
    this.outer = draw("rect", { x: 2, y: 2, width: this.width - 4, height: this.height - 4, rx: 14, "stroke-width": 1, stroke: LOOK.faint });
    this.wall = draw("rect", {
      x: this.ring - 8, y: this.ring - 8, width: this.width - 2 * this.ring + 16, height: this.height - 2 * this.ring + 16,
      rx: 8, fill: "#ffffff", stroke: LOOK.ink, "stroke-width": 1.5,
    });
    this.gate = draw("line", {
      x1: this.width / 2, x2: this.width / 2, y1: this.height - this.ring + 8, y2: this.height - this.ring + 8,
      stroke: "#ffffff", "stroke-width": 4,
    });
    this.outside = draw("text", { x: this.width / 2, y: 16, "text-anchor": "middle", "font-size": 11.5 });
    this.passage = draw("text", { x: this.width / 2, y: this.height - 7, "text-anchor": "middle", "font-size": 11.5 });
    this.root.append(this.outer, this.wall, this.gate, this.outside, this.passage);
    for (let k = 0; k < n; k++) {
      const x = this.ring + (k % this.columns) * (this.tileWidth + this.gap);
      const y = this.ring + Math.floor(k / this.columns) * (this.tileHeight + this.gap);
      const tile = draw("rect", { x, y, width: this.tileWidth, height: this.tileHeight, rx: 3, stroke: "#b5b5b5" });
      const track = draw("rect", { x: x + 5, y: y + this.tileHeight - 9, width: this.tileWidth - 10, height: 5, fill: "#ffffff", stroke: "#8a8a8a", "stroke-width": 0.6 });
      const people = draw("rect", { x: x + 5, y: y + this.tileHeight - 9, width: 0, height: 5, fill: LOOK.ink });
      const label = draw("text", { x: x + 5, y: y + 13, text: `${k}`, "font-size": 11, "font-weight": 600 });
      const count = draw("text", { x: x + this.tileWidth - 5, y: y + 13, "text-anchor": "end", "font-size": 10 });
      const marks = draw("g");
      const title = draw("title");
      const group = draw("g", {}, title, tile, track, people, label, count, marks);
      this.root.append(group);
      this.tiles.push({ x, y, tile, people, label, count, marks, title });
    }
  }

  // The quarters as they stand on the last day that was kept, not after `day`.
  show(day) {
    if (!this.quarters) return;
    const h = this.history;
    const d = Math.min(day, h.days);
    let k = 0;
    while (k + 1 < this.quarters.days.length && this.quarters.days[k + 1] <= d) k++;
    const today = h.events.filter((event) => event.day === d && event.quarter >= 0);
    this.tiles.forEach((tile, quarter) => {
      const present = this.quarters.present[k][quarter];
      const fear = this.quarters.fear[k][quarter] || 0;
      const anger = this.quarters.anger[k][quarter] || 0;
      const tension = (fear + anger) / 2;
      const colour = tensionColour(tension / 0.6);
      const ink = tension > 0.42 ? "#ffffff" : LOOK.ink;
      tile.tile.setAttribute("fill", colour);
      tile.label.setAttribute("fill", ink);
      tile.count.setAttribute("fill", ink);
      tile.count.textContent = this.tileWidth > 64 ? whole(present) : "";
      const share = present / Math.max(1, this.quarters.present[0][quarter]);
      tile.people.setAttribute("width", Math.max(0, Math.min(1, share)) * (this.tileWidth - 10));
      tile.title.textContent = `Quarter ${quarter}: ${whole(present)} present (${percent(share)} of day 0), mean fear ${fear.toFixed(2)}, mean anger ${anger.toFixed(2)}`;
      const mine = today.filter((event) => event.quarter === quarter).slice(0, 5);
      tile.marks.replaceChildren(...mine.map((event, i) => draw("circle", {
        cx: tile.x + 11 + i * 12, cy: tile.y + this.tileHeight - 19, r: 4.5, stroke: "#ffffff", "stroke-width": 1,
        fill: LOOK.layers[event.layer].colour,
      })));
    });
    this.showArmy(d);
    this.root.setAttribute("aria-label", `${this.name} on ${dayWords(h, d)}: truce ${truceOn(h, d)}; ${this.outside.textContent}; ${this.passage.textContent}.`);
  }

  showArmy(day) {
    const h = this.history;
    const army = (h.army.find(([, first, last]) => first <= day && day <= last) || ["observing"])[0];
    const colour = LOOK.postures[army].colour;
    this.outer.setAttribute("fill", colour);
    for (const text of [this.outside, this.passage]) text.setAttribute("fill", inkOn(colour));
    this.outside.textContent = `The army ${ARMY_DOES[army]}`;
    const open = h.series.passage[day] || 0;
    const half = (open * (this.width - 2 * this.ring - 40)) / 2;
    this.gate.setAttribute("x1", this.width / 2 - half);
    this.gate.setAttribute("x2", this.width / 2 + half);
    this.passage.textContent = `free passage ${percent(open)}`;
  }
}

function cityLegend() {
  const steps = [0, 0.15, 0.3, 0.45, 0.6].map((each) =>
    el("span", { class: "swatch", style: `background:${tensionColour(each / 0.6)}` }));
  return el("p", { class: "faint legend" },
    "Each tile is a numbered quarter; a diagram, not a map. Colour: tension (mean of fear and anger), 0 ", ...steps,
    " 0.6 or more. Bar: residents present, as a share of day 0. Dots: the day's events, at most five per quarter. "
    + "Around the city: what the army is doing. Gap in the wall: free passage.");
}
