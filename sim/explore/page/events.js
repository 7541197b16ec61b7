// Events of a history in words.

// What, who, whom, and what it answers or is answered by; as lines.
function eventLines(event, history) {
  const { known, answers } = linksOf(history);
  const lines = [`${upper(event.title)}${event.by}, ${dayWords(history, event.day)}`, ...struckLines(event)];
  const parent = known.get(event.parent);
  if (parent) lines.push(`${event.cause === "answer" ? "answers" : "follows"} the ${parent.title} of day ${parent.day}`);
  const own = answers.get(event.id) || [];
  if (own.length) {
    const told = own.slice(0, 3).map((each) => `${each.title} (day ${each.day})`);
    lines.push(`led to ${told.join(", ")}${own.length > 3 ? ` and ${own.length - 3} more` : ""}`);
  }
  if (event.cause === "scheduled") lines.push("scheduled by you or the scenario");
  return lines;
}

function struckLines(event) {
  const struck = [];
  if (event.people) struck.push(counted(event.people, `${event.camp || ""} resident`.trim()));
  if (event.deaths) struck.push(`${whole(event.deaths)} died`);
  if (event.soldiers) struck.push(counted(event.soldiers, "soldier") + " killed");
  if (event.quarter >= 0) struck.push(`quarter ${event.quarter}`);
  const lines = struck.length ? [struck.join(", ")] : [];
  if (event.breach) lines.push(event.layer === "social" ? `weight ${short(event.breach)} in the feud window` : `breach weight ${short(event.breach)}`);
  return lines;
}

const LINKS = new WeakMap();

// The events of a history by id, and by id what answers each; made once a history.
function linksOf(history) {
  if (!LINKS.has(history)) {
    const known = new Map(history.events.map((each) => [each.id, each]));
    const answers = new Map();
    for (const each of history.events) {
      if (!each.parent) continue;
      if (!answers.has(each.parent)) answers.set(each.parent, []);
      answers.get(each.parent).push(each);
    }
    LINKS.set(history, { known, answers });
  }
  return LINKS.get(history);
}

// All events in words, for reading and for the keyboard, made once it is opened; `takeOut` removes one.
function eventTable(history, takeOut, name) {
  const row = (event) => {
    const [, ...more] = eventLines(event, history);
    return el("tr", {}, el("td", { class: "number", text: event.day }), history.day_zero && el("td", { class: "date", text: dateOf(history, event.day) }),
      el("td", { text: `${upper(event.title)}${event.by}${more.length ? ": " : ""}${more.join("; ")}` }),
      takeOut && el("td", {}, button("See without it", () => takeOut(event), { class: "small", "aria-label": `See the history without the ${event.title} of day ${event.day}` })));
  };
  const lazy = el("details", { class: "event-table" }, el("summary", { text: `${counted(history.events.length, "event")}${name ? ` of ${name}` : ""} in words` }));
  lazy.addEventListener("toggle", () => {
    if (!lazy.open || lazy.children.length > 1) return;
    const heads = [el("th", { text: "Day" }), history.day_zero && el("th", { text: "Date" }), el("th", { text: "Event" }),
      takeOut && el("th", {}, el("span", { class: "unseen", text: "Change" }))];
    lazy.append(el("div", { class: "wide tall", tabindex: 0, role: "region", "aria-label": "Events in words" },
      el("table", { class: "data" }, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, history.events.map(row)))));
  });
  return lazy;
}
