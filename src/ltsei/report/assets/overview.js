"use strict";
// Overview: what is asked, the data, and which cells are done.

const STATES = ["done", "out of date", "running", "failed", "stopped", "not started"];
const STATE_COLORS = ["#228833", "#CCBB44", "#66CCEE", "#D55E00", "#AA3377", "#8C8C8C"];
const NAMED_COLUMNS = 24; // so many columns of the state of the matrix have room for their names
const DECIBELS = 60; // from the strongest point of a spectrogram to what is drawn as nothing

function drawOverview() {
  byId("question").textContent = questionText();
  byId("answer").textContent = answerText();
  drawClasses();
  drawSignals();
  drawState();
  drawUnfinished();
}

function questionText() {
  const conditions = blockConditions().map((index) => report.conditions[index]);
  const ratios = conditions.map(({ ratio }) => ratio).filter((ratio) => ratio !== null);
  const classes = [...new Set(conditions.map(({ classes }) => classes.length).filter(Boolean))].join(" or ");
  const range = [...new Set([Math.min(...ratios), Math.max(...ratios)])].map((ratio) => Number(ratio.toPrecision(4))).join(" to ");
  const rare = ratios.length ? ` when the most frequent has ${range} times as many training signals as the rarest` : "";
  return `${block().title}: which of ${shownMethods().length} methods tells ${classes || "the"} classes apart best${rare}?`;
}

/** Return which method leads, and whether its lead over the control is more than chance. */
function answerText() {
  const metric = report.metrics[state.metric];
  const found = shownMethods().map((method) => [meanOver(method, state.metric), method]).filter(([mean]) => mean !== null);
  if (!found.length || !metric.better) return "";
  found.sort(([a], [b]) => (metric.better === "low" ? a - b : b - a));
  const [[mean, best]] = found;
  const lead = `Best by ${inSentence(metric)} (${whereText()}): ${report.methods[best].label}, ${shown(mean, metric)}${metric.unit === "fraction" ? " %" : ""}. `;
  const compared = analysis()?.comparisons[namesake(best)];
  return lead + (compared ? verdictText(compared, report.methods[scope().control].label, metric) : "");
}

function drawClasses() {
  const holder = byId("classes");
  clearCharts(holder);
  for (const index of shownConditions()) {
    const condition = report.conditions[index];
    if (!condition.classes.length) continue;
    const inner = element("div", {});
    holder.append(inner);
    const title = `${condition.title} (max/min ${condition.realised}, seed ${condition.seed})`;
    draw(inner, "classes", { rows: condition.classes, title });
  }
  if (!holder.children.length) holder.append(hint("No split has been made yet."));
}

function drawSignals() {
  const holder = byId("signals");
  clearCharts(holder);
  const datasets = new Set(shownConditions().map((index) => report.conditions[index].dataset));
  for (const dataset of datasets) {
    const examples = report.examples[dataset] ?? [];
    if (!examples.length) continue;
    const charts = element("div", { class: "charts" });
    holder.append(element("h2", {}, `Signals of ${dataset}`),
      hint("The first training signal of three classes: the start of its samples, and its spectrogram over its whole length."), charts);
    for (const example of examples) {
      const [trace, spectrogram] = [element("div", {}), element("div", {})];
      charts.append(element("div", {}, trace, spectrogram));
      draw(trace, "trace", traceBlanks(example));
      if (example.spectrogram) draw(spectrogram, "spectrogram", spectrogramBlanks(example), "canvas");
    }
  }
}

/** Return the unit in which a quantity as large as `most` is read, and how many of it there are in the basic one. */
function unitOf(most, units) {
  return units.find(([, size]) => most >= size) ?? units.at(-1);
}

function timeUnit(rate, samples) {
  return rate ? unitOf(samples / rate, [["Time (s)", 1], ["Time (ms)", 1e-3], ["Time (µs)", 1e-6]]) : ["Sample", 1];
}

function traceBlanks({ class_name: title, trace, rate_hz: rate }) {
  const names = trace.length === 2 ? ["I", "Q"] : trace.map((_, channel) => `channel ${channel + 1}`);
  const [time, size] = timeUnit(rate, trace[0].length);
  const rows = trace.flatMap((values, channel) => values.map((value, index) =>
    ({ channel: names[channel], at: index / (rate ?? 1) / size, value })));
  return { rows, title, time };
}

function spectrogramBlanks({ spectrogram, rate_hz: rate }) {
  const { levels, seconds, low, high } = spectrogram;
  const [time, duration] = timeUnit(rate, seconds * levels[0].length * (rate ?? 1));
  const units = [["Frequency (MHz)", 1e6], ["Frequency (kHz)", 1e3], ["Frequency (Hz)", 1]];
  const [frequency, size] = rate ? unitOf(high, units) : ["Cycles per sample", 1];
  const step = (high - low) / (levels.length - 1);
  const rows = levels.flatMap((line, row) => line.map((level, column) => ({
    left: seconds * column / duration, right: seconds * (column + 1) / duration,
    bottom: (low + step * (row - 0.5)) / size, top: (low + step * (row + 0.5)) / size,
    decibels: DECIBELS * (level / 100 - 1),
  })));
  return { rows, time, frequency };
}

function drawState() {
  const rows = shownCells().map((cell) => ({
    method: report.methods[cell.method].label,
    column: `${conditionName(cell.condition)}, seed ${cell.seed}`,
    state: cell.status, error: cell.error || " ", title: cellTitle(cell), place: report.cells.indexOf(cell),
  }));
  const columns = [...new Set(rows.map(({ column }) => column))];
  const methods = shownMethods().map((index) => report.methods[index].label);
  const states = STATES.filter((name) => rows.some((row) => row.state === name));
  const colors = states.map((name) => STATE_COLORS[STATES.indexOf(name)]);
  const named = columns.length <= NAMED_COLUMNS;
  draw(byId("state"), "state", () => ({ rows, columns, methods, states, colors, named, height: 16 * methods.length }), "svg",
    report.metrics.length ? ({ place }) => openCell(report.cells[place]) : null);
}

function drawUnfinished() {
  const holder = byId("unfinished");
  const cells = shownCells().filter(({ status }) => status !== "done");
  if (!cells.length) {
    holder.replaceChildren(element("p", {}, "Every cell is done and matches the present configuration and code."));
    return;
  }
  const rows = cells.map((cell) => [
    entry([element("a", { href: cellAddress(cell) }, report.methods[cell.method].label)], report.methods[cell.method].label), report.conditions[cell.condition].title,
    entry(String(cell.seed), cell.seed), cell.status,
    entry([cell.error || cell.stale?.join(", ") || "", " ", cell.log ? fileLink("log", cell.log) : ""], cell.error),
  ]);
  const columns = [{ title: "Method" }, { title: "Data set and ratio" }, { title: "Seed", number: true }, { title: "State" }, { title: "Why" }];
  drawTable(holder, { id: "unfinished-table", caption: "Cells that are not done, or were made with another configuration or other code than the present one; numbers of the latter are included", columns, rows, paged: rows.length > 25 });
}

/** Return a link to a file, inside another page its path. */
function fileLink(name, address) {
  if (!embedded) return element("a", { href: address, class: "file" }, name);
  return element("code", {}, `${report.folder}/${decodeURIComponent(address).replace(/^(\.\.\/)+/, "")}`);
}
