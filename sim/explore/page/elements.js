// Elements of the page, and how numbers and words are written.

const SVG = "http://www.w3.org/2000/svg";

function put(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [event, what] of Object.entries(value)) node.addEventListener(event, what);
    } else if (name === "text") {
      node.textContent = value;
    } else if (name === "value" || name === "checked") {
      node[name] = value;
    } else {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
  return node;
}

const el = (tag, attributes, ...children) => put(document.createElement(tag), attributes, children);
const draw = (tag, attributes, ...children) => put(document.createElementNS(SVG, tag), attributes, children);
const byId = (id) => document.getElementById(id);

function fill(node, ...children) {
  node.replaceChildren(...children.flat(Infinity).filter((each) => each !== null && each !== undefined && each !== false));
  return node;
}

const button = (text, action, attributes) =>
  el("button", { type: "button", text, on: { click: action }, ...(attributes || {}) });

const whole = (value) => Math.round(value).toLocaleString("en-US");

function short(value) {
  if (value === null || value === undefined) return "–";
  if (typeof value !== "number") return String(value);
  if (Number.isInteger(value)) return Math.abs(value) < 1e15 ? value.toLocaleString("en-US") : String(value);
  return String(Number(value.toPrecision(4)));
}

const percent = (value) => (value === null || value === undefined ? "–" : `${Math.round(100 * value)} %`);
const words = (name) => name.replaceAll("_", " ");
const scenarioWords = (name) => words(name.replaceAll("al_rastan", "al-Rastan"));
const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const counted = (n, noun, plural) => `${whole(n)} ${n === 1 ? noun : plural || noun + "s"}`;

// A function that runs once its caller has been quiet for a while.
function calm(action, milliseconds) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...given), milliseconds);
  };
}

// A hint beside the pointer, for marks that say more than they show.
function hintAt(lines, x, y) {
  const hint = byId("hint");
  if (!lines) {
    hint.hidden = true;
    return;
  }
  fill(hint, lines.map((line, k) => el("div", { text: line, class: k ? "" : "first" })));
  hint.hidden = false;
  const width = hint.offsetWidth;
  const height = hint.offsetHeight;
  hint.style.left = `${Math.max(4, Math.min(x + 14, window.innerWidth - width - 8))}px`;
  hint.style.top = `${y + 18 + height > window.innerHeight ? Math.max(4, y - height - 10) : y + 18}px`;
}

function copyButton(text, what) {
  const made = button("Copy", async () => {
    try {
      await navigator.clipboard.writeText(text);
      made.textContent = "Copied";
    } catch {
      const range = document.createRange();
      range.selectNodeContents(made.parentElement.querySelector("pre"));
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      made.textContent = "Selected: press Ctrl-C";
    }
    setTimeout(() => (made.textContent = "Copy"), 2000);
  }, { "aria-label": `Copy ${what}` });
  return made;
}
