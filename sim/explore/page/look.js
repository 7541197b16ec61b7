// Colours and lines of the house: LOOK comes from its one file of style, so that page and figures agree.

const CAMPS = ["loyalist", "uncommitted", "opposition"];

const postureWords = (posture) => (posture === "holding" ? "holding the city" : posture);

function lightness(colour) {
  const [r, g, b] = [1, 3, 5].map((k) => parseInt(colour.slice(k, k + 2), 16) / 255);
  return 0.2126 * r ** 2.2 + 0.7152 * g ** 2.2 + 0.0722 * b ** 2.2;
}

const inkOn = (colour) => (lightness(colour) > 0.3 ? LOOK.ink : "#ffffff");

// Calm white to vermillion; also darker in grey, the more tense.
function tensionColour(value) {
  const t = Math.max(0, Math.min(1, value));
  const from = [250, 247, 240];
  const to = [197, 72, 0];
  return `rgb(${from.map((c, k) => Math.round(c + t * (to[k] - c))).join(",")})`;
}
