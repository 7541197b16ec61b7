// Days: their dates, where day 0 of the history has one, and the state of the truce on them.

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

// The date of a day as 2012-06-05; empty without a day zero.
function dateOf(history, day) {
  if (!history.day_zero) return "";
  const [year, month, first] = history.day_zero.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1, first + day)).toISOString().slice(0, 10);
}

// The date of a day as 5 Jun.
function shortDate(history, day) {
  const date = dateOf(history, day);
  return date && `${Number(date.slice(8))} ${MONTHS[Number(date.slice(5, 7)) - 1]}`;
}

// "day 5", with its date if there is one.
const dayWords = (history, day) => `day ${day}${history.day_zero ? `, ${dateOf(history, day)}` : ""}`;

// The state of the truce on a day, on the last one for days past it: "holding".
function truceOn(history, day) {
  const d = Math.min(day, history.days);
  const state = history.truce.find(([, first, last]) => first <= d && d <= last);
  return state ? state[0] : "";
}
