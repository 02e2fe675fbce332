"use strict";
// One cell, or two side by side: numbers, recipe, files, and where all of it comes from.

const SIDES = ["a", "b"];

function drawCells() {
  for (const side of SIDES) drawSide(side);
}

function drawSide(side) {
  const cell = report.cells[state[side]];
  fillSide(side, cell);
  const body = byId(`cell-${side}-body`);
  clearCharts(body);
  byId(`cell-${side}-title`).textContent = cell ? cellTitle(cell) : "Beside it";
  if (cell) drawCell(body, cell, side);
  else body.append(hint("Choose a method to see two cells side by side."));
  document.querySelector(".pair").classList.toggle("alone", state.b === null);
}

/** Fill the select boxes of one side: data sets and ratios, then methods, then seeds that exist. */
function fillSide(side, cell) {
  const conditions = blockConditions();
  const condition = cell?.condition ?? (side === "a" ? conditions[0] : report.cells[state.a]?.condition ?? conditions[0]);
  options(byId(`condition-${side}`), conditions.map((index) => [index, report.conditions[index].title]), condition);
  const methods = report.methods.map((_, index) => index).filter((index) => planned(condition, index).length);
  const none = side === "b" ? [["", "none"]] : [];
  options(byId(`method-${side}`), [...none, ...methods.map((index) => [index, report.methods[index].label])], cell?.method ?? "");
  const seeds = cell ? planned(condition, cell.method) : [];
  options(byId(`seed-${side}`), seeds.map((each) => [each.seed, isDone(each) ? String(each.seed) : `${each.seed} (${each.status})`]), cell?.seed ?? "");
}

/** Look at the cell that the select boxes of a side name, or at the nearest that exists. */
function chooseSide(side) {
  const [condition, seed] = [Number(byId(`condition-${side}`).value), byId(`seed-${side}`).value];
  const method = byId(`method-${side}`).value;
  const here = report.cells.filter((cell) => cell.condition === condition && inBlock(cell));
  const own = method === "" ? [] : here.filter((cell) => cell.method === Number(method));
  const chosen = own.find((cell) => String(cell.seed) === seed) ?? own.find(isDone) ?? own[0] ?? (side === "a" ? here[0] : undefined);
  state[side] = chosen ? report.cells.indexOf(chosen) : null;
  if (side === "a" && chosen) setAddress(cellAddress(chosen));
  drawCells();
}

function openCell(cell) {
  window.location.hash = cellAddress(cell);
}

function drawCell(body, cell, side) {
  if (!isDone(cell)) {
    const why = { failed: `This cell failed: ${cell.error}`, running: "This cell is running.", stopped: "This cell was started, and has not ended.", "not started": "This cell has not been started." };
    body.append(element("p", { class: "callout" }, why[cell.status]), fileList(cell), commandBox(cell));
    return;
  }
  if (cell.stale.length) {
    body.append(element("p", { class: "callout" }, `Out of date: made with another configuration or other code than the present one (${cell.stale.join(", ")}).`));
  }
  body.append(element("h3", {}, "Metrics"));
  appendMetrics(body, cell, side);
  appendCurves(body, cell);
  appendMistakes(body, cell);
  appendConfidence(body, cell);
  appendMap(body, cell);
  const recipe = cell.recipe === null ? hint("No recipe was recorded.") : element("pre", { tabindex: 0 }, report.recipes[cell.recipe]);
  body.append(...choiceList(cell), ...expertTable(cell), element("h3", {}, "Recipe"), recipe,
    element("h3", {}, "Where these numbers come from"), provenanceTable(cell), commandBox(cell), fileList(cell));
}

function appendMetrics(body, cell, side) {
  const holder = element("div", {});
  body.append(holder);
  const rows = report.metrics.map((metric, index) => {
    const triple = summary(index, cell.condition, cell.method);
    return [metricTitle(metric), numberEntry(cell.values[index], metric), entry(meanText(triple, metric), triple[0], { class: "muted" }), entry(String(triple[2]), triple[2], { class: "muted" })];
  });
  drawTable(holder, { id: `metrics-${side}`, caption: "On the test part; mean and standard deviation over the seeds", columns: [{ title: "Metric" }, { title: `Seed ${cell.seed}`, number: true }, { title: "Mean ± sd", number: true }, { title: "n", number: true }], rows, bare: true });
}

/** Return the parameters of the post-hoc steps, nothing where the method has none. */
function choiceList({ choices }) {
  if (!choices.length) return [];
  return [element("h3", {}, "Post-hoc steps"), element("ul", { class: "choices" }, ...choices.map((choice) =>
    element("li", {}, `${choice.step}: ${choice.parameter} = ${choice.value}, ${choice.fixed ? "fixed" : "chosen on validation"}`)))];
}

/** Return how a mixture uses its experts, nothing where the method has none. */
function expertTable({ mixture }) {
  if (!mixture) return [];
  const usage = report.groups.map((group) => [group, mixture.expert_usage[group] ?? null]);
  const experts = Math.max(...usage.map(([, shares]) => shares?.length ?? 0));
  const places = Array.from({ length: experts }, (_, expert) => expert);
  const rows = usage.map(([group, shares]) => element("tr", {}, element("th", { scope: "row" }, group),
    ...places.map((expert) => element("td", { class: "number" }, shown(shares?.[expert], FRACTION)))));
  const heads = ["Classes", ...places.map((expert) => `Expert ${expert + 1}`)].map((text, index) =>
    element("th", { scope: "col", class: index ? "number" : null }, text));
  const entropy = `Entropy of the gate ${shown(mixture.gate_entropy, { unit: "number" })} (0: one expert has all, 1: equal shares)`;
  return [
    element("h3", {}, "Experts"),
    element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Use of the experts" },
      element("table", { class: "plain experts" }, element("caption", {}, "Mean share of each expert in the gate, %"),
        element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows))),
    hint(`${entropy}; two experts choose different classes in ${shown(mixture.disagreement, FRACTION)} % of the cases.`),
  ];
}

/** Return for each level its fingerprint, and commit, machine and software that made it. */
function provenanceTable(cell) {
  const levels = Object.keys(cell.fingerprints);
  if (!levels.length) return hint("No recipe was recorded.");
  const heads = ["Made by", "Fingerprint", "Commit", "Machine", "Software"].map((text) => element("th", { scope: "col" }, text));
  const rows = levels.map((level) => {
    const found = report.surroundings[cell.made[level]];
    const fingerprint = cell.fingerprints[level];
    return element("tr", {}, element("th", { scope: "row" }, level.replaceAll("_", " ")),
      element("td", {}, element("code", { title: fingerprint }, fingerprint.slice(0, 16))),
      ...[found?.commit, machineText(found), softwareText(found)].map((text) => element("td", {}, text ?? UNDEFINED)));
  });
  return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Provenance of the cell" },
    element("table", { class: "plain small" }, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows)));
}

function machineText(found) {
  if (!found) return null;
  const { host, processor, accelerator, system } = found.machine;
  return [host, accelerator ?? processor, system].filter(Boolean).join(", ");
}

function softwareText(found) {
  return found ? Object.entries(found.software).map(([name, version]) => `${name} ${version}`).join(", ") : null;
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
    } catch { // not allowed here: leave it to the reader's own keys
      window.getSelection().selectAllChildren(text);
    }
  } }, "Copy");
  return element("div", { class: "command" }, text, copy);
}

function fileList(cell) {
  const items = cell.files.map(([name, address]) => element("li", {}, fileLink(name, address)));
  return element("div", {}, embedded && items.length ? hint("Files cannot be opened from a page inside another one. In the folder of the workflow they are") : null,
    element("ul", { class: embedded ? "paths" : "files" }, ...items));
}
