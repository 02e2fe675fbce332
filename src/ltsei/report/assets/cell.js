"use strict";
// One cell, or two side by side: numbers, charts, recipe, files, and where all of it comes from.

const SIDES = ["a", "b"];

function drawCells() {
  const isAlone = state.b === null;
  placeSecond(isAlone);
  drawBoth(report.cells[state.a], report.cells[state.b]);
  for (const side of SIDES) drawSide(side);
}

/** Show the choice of a second cell below that of the first until there is a second cell, which gets a column. */
function placeSecond(isAlone) {
  const [pair, second] = [document.querySelector(".pair"), byId("cell-b")];
  const form = byId("condition-b").closest("form");
  pair.classList.toggle("both", !isAlone);
  second.hidden = isAlone;
  byId("second-hint")?.remove();
  const why = element("p", { id: "second-hint", class: "hint" }, report.texts.second_cell);
  if (isAlone) byId("cell-a-body").before(why, form);
  else byId("cell-b-title").after(form);
  byId("seed-b").closest("label").hidden = isAlone;
}

/** Show the metrics of two cells that are done and their differences in one table, above both cells. */
function drawBoth(first, second) {
  byId("cell-differences")?.remove();
  if (!first || !second || !isDone(first) || !isDone(second)) return;
  const holder = element("div", {});
  const part = element("div", { id: "cell-differences" }, element("h3", {}, "Metrics of both"), holder);
  document.querySelector(".pair").prepend(part);
  const rows = report.metrics.map(({ title, unit }, index) => {
    const [value, other] = [first, second].map(({ values }) => values[index]);
    return [title, differenceEntry(other, value, index), numberEntry(value, unit), numberEntry(other, unit)];
  });
  const title = first.method === second.method ? cellTitle : ({ method }) => report.methods[method].label;
  const heads = ["Difference", title(first), title(second)].map((head) => ({ title: head, number: true }));
  const columns = [{ title: "Metric" }, ...heads];
  drawTable(holder, { id: "metrics-of-both", caption: report.texts.two_cells, columns, rows, bare: true });
}

/** Return the entry for a difference, marked as a gain or a loss where the metric has a better direction. */
function differenceEntry(value, reference, index) {
  const { unit, better } = report.metrics[index];
  const change = difference(value, reference);
  const text = shown(change, unit, true);
  const up = text.startsWith("+") ? "high" : text.startsWith("−") ? "low" : null;
  const style = up && better ? (up === better ? "gain" : "loss") : null;
  return entry(text, change, { class: style });
}

function drawSide(side) {
  const cell = report.cells[state[side]];
  fillSide(side, cell);
  const body = byId(`cell-${side}-body`);
  clearCharts(body);
  byId(`cell-${side}-title`).textContent = cell ? cellTitle(cell) : "Second cell";
  if (cell) drawCell(body, cell);
}

/** Fill the select boxes of one side: conditions, then methods, then seeds that exist. */
function fillSide(side, cell) {
  const conditions = block().conditions.map(({ condition }) => condition);
  const beside = side === "b" ? report.cells[state.a]?.condition : undefined;
  const condition = cell?.condition ?? beside ?? conditions[0];
  options(byId(`condition-${side}`), conditions.map((index) => [index, report.conditions[index].title]), condition);
  const planned = new Set(cellsUnder(condition).map(({ method }) => method));
  const methods = block().views[0].methods.filter((method) => planned.has(method));
  const none = side === "b" ? [["", "none"]] : [];
  const choices = methods.map((index) => [index, report.methods[index].label]);
  options(byId(`method-${side}`), [...none, ...choices], cell?.method ?? "");
  const seeds = (cell ? cellsUnder(condition, cell.method) : [])
    .map((each) => [each.seed, isDone(each) ? String(each.seed) : `${each.seed} (${each.status})`]);
  options(byId(`seed-${side}`), seeds, cell?.seed ?? "");
}

/** Show the cell that the select boxes of a side name, or the nearest that exists. */
function chooseSide(side) {
  const [condition, seed] = [Number(byId(`condition-${side}`).value), byId(`seed-${side}`).value];
  const method = byId(`method-${side}`).value;
  const cells = method === "" ? [] : cellsUnder(condition, Number(method));
  const fallback = side === "a" ? cellsUnder(condition)[0] : undefined;
  const chosen = cells.find((cell) => String(cell.seed) === seed) ?? cells.find(isDone) ?? cells[0] ?? fallback;
  state[side] = chosen ? report.cells.indexOf(chosen) : null;
  if (side === "a" && chosen) setAddress(cellAddress(chosen));
  drawCells();
}

function openCell(cell) {
  window.location.hash = cellAddress(cell);
}

function drawCell(body, cell) {
  if (!isDone(cell)) {
    const why = {
      failed: `This cell failed: ${cell.error}`, damaged: `${report.texts.damaged} ${cell.error}`,
      running: report.texts.running, stopped: report.texts.stopped, "not started": report.texts.not_started,
    };
    body.append(element("p", { class: "callout" }, why[cell.status]), fileList(cell), commandBox(cell));
    return;
  }
  if (cell.stale.length) {
    const why = `Out of date: configuration or code have changed since (${cell.stale.join(", ")}).`;
    body.append(element("p", { class: "callout" }, why));
  }
  const isWithMetrics = byId("cell-differences") === null;
  appendBeside(body, (part) => isWithMetrics && appendMetrics(part, cell), (part) => appendConfusion(part, cell));
  appendCurves(body, cell);
  appendBeside(body, (part) => appendRecalls(part, cell), (part) => appendMap(part, cell));
  appendConfidence(body, cell);
  appendErrors(body, cell);
  const recipe = cell.recipe === null
    ? hint(report.texts.no_recipe)
    : element("pre", { tabindex: 0 }, report.recipes[cell.recipe]);
  appendBeside(body,
    (part) => part.append(...choiceList(cell), ...expertTable(cell), element("h3", {}, "Recipe"), recipe),
    (part) => part.append(element("h3", {}, "Origin of these numbers"), provenanceTable(cell), commandBox(cell),
      fileList(cell)));
}

/** Append two parts beside each other where there is room; a part that stays empty leaves the other all of it. */
function appendBeside(body, ...fills) {
  const parts = fills.map(() => element("div", {}));
  const row = element("div", { class: "pair" }, ...parts);
  body.append(row);
  fills.forEach((fill, place) => fill(parts[place]));
  for (const part of parts) if (!part.childNodes.length) part.remove();
}

function appendMetrics(body, cell) {
  const holder = element("div", {});
  body.append(element("h3", {}, "Metrics"), holder);
  const position = block().conditions.findIndex(({ condition }) => condition === cell.condition);
  const rows = report.metrics.map(({ title, unit }, index) => {
    const { mean, sd, n } = rowsByMethod(block().metrics[index].means[position]).get(cell.method);
    const average = entry(`${shown(mean, unit)}${spreadText(sd, unit)}`, mean, { class: "muted" });
    return [title, numberEntry(cell.values[index], unit), average, entry(String(n), n, { class: "muted" })];
  });
  const numbers = [`Seed ${cell.seed}`, "Mean ± sd", "n"].map((title) => ({ title, number: true }));
  const columns = [{ title: "Metric" }, ...numbers];
  drawTable(holder, { id: null, caption: report.texts.metrics, columns, rows, bare: true });
}

/** Return the parameters of the post-hoc steps, nothing for a method without any. */
function choiceList({ choices }) {
  if (!choices.length) return [];
  const items = choices.map((text) => element("li", {}, text));
  return [element("h3", {}, "Post-hoc steps"), element("ul", { class: "choices" }, ...items)];
}

/** Return how a mixture uses its experts, nothing for any other method. */
function expertTable({ expert_usage: usage }) {
  if (!usage) return [];
  const columns = [{ title: "Classes" }, ...usage.experts.map((title) => ({ title, number: true }))];
  const rows = usage.groups.map(([group, gate]) => [group, ...gate.map((each) => shown(each, "fraction"))]);
  const caption = "Mean gate probability of each expert, %";
  return [
    element("h3", {}, "Experts"),
    plainTable({ caption, label: "Use of the experts", columns, rows, style: "plain experts" }),
    hint(usage.text),
  ];
}

/** Return for each level its fingerprint, and the commit, machine and software that made it. */
function provenanceTable(cell) {
  if (!cell.levels.length) return hint(report.texts.no_recipe);
  const columns = ["Made by", "Fingerprint", "Commit", "Machine", "Software"].map((title) => ({ title }));
  const rows = cell.levels.map(([label, fingerprint, place]) => {
    const { commit, machine, software } = report.surroundings?.[place] ?? {};
    const code = element("code", { title: fingerprint }, fingerprint.slice(0, 16));
    return [label, code, ...[commit, machine, software].map((text) => text ?? UNDEFINED)];
  });
  return plainTable({ label: "Provenance of the cell", columns, rows, style: "plain small" });
}

function commandOf(cell) {
  return `snakemake ${cell.target} ${report.options}`;
}

/** Return the command that makes a cell's numbers, with a button to copy it. */
function commandBox(cell) {
  const text = element("code", {}, commandOf(cell));
  const copy = element("button", { type: "button", onclick: async () => {
    try {
      await navigator.clipboard.writeText(text.textContent);
      copy.textContent = "Copied";
    } catch { // not allowed here: select the text, so that the reader can copy it
      window.getSelection().selectAllChildren(text);
    }
  } }, "Copy");
  return element("div", { class: "command" }, text, copy);
}

function fileList(cell) {
  const items = cell.files.map(([name, address]) => element("li", {}, fileLink(name, address)));
  const note = embedded && items.length ? hint(report.texts.files_inside) : null;
  return element("div", {}, note, element("ul", { class: embedded ? "paths" : "files" }, ...items));
}
