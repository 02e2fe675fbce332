"use strict";
// Overview: the question, the conclusions, every method against the control, the state of the cells, and the data.

function drawOverview() {
  byId("question").textContent = block().question;
  drawConclusions();
  drawEstimates();
  drawState();
  drawUnfinished();
  drawClasses();
  drawSignals();
}

function drawConclusions() {
  const { conclusions, draft } = metricView();
  const parts = conclusions.flatMap(([heading, text]) => [element("dt", {}, heading), element("dd", {}, text)]);
  byId("conclusions").replaceChildren(...parts);
  const text = element("p", {}, draft);
  const box = element("div", { class: "command" }, text, copyButton("Copy", () => draft, text));
  byId("draft").replaceChildren(...(draft ? [box] : []));
  byId("draft-title").hidden = !draft;
}

/** Draw every method against the control, with a dot for each seed. */
function drawEstimates() {
  const { tests } = metricView();
  const holder = byId("estimates");
  clearCharts(holder);
  byId("estimates-title").textContent = `Every method against ${view().control}`;
  byId("estimates-part").hidden = !tests || tests.differences === null;
  if (byId("estimates-part").hidden) return;
  byId("estimates-hint").textContent = `${report.texts.estimates} ${tests.differences_hint}`;
  draw(holder, tests.differences, { layout: () => ({}) });
}

function drawClasses() {
  const holder = byId("classes");
  clearCharts(holder);
  for (const { condition } of shownConditions()) {
    const { classes } = report.conditions[condition];
    if (classes === null) continue;
    const inner = element("div", {});
    holder.append(inner);
    draw(inner, classes);
  }
  if (!holder.children.length) holder.append(hint(report.texts.no_split));
}

function drawSignals() {
  const holder = byId("signals");
  clearCharts(holder);
  const datasets = new Set(shownConditions().map(({ condition }) => report.conditions[condition].dataset));
  for (const dataset of datasets) {
    const examples = report.signals[dataset] ?? [];
    if (!examples.length) continue;
    const charts = element("div", { class: "charts" });
    holder.append(element("h3", {}, `Signals of ${dataset}`),
      hint(report.texts.signals), charts);
    for (const [trace, spectrogram] of examples) {
      const [above, below] = [element("div", {}), element("div", {})];
      charts.append(element("div", {}, above, below));
      draw(above, trace);
      if (spectrogram !== null) draw(below, spectrogram, { renderer: "canvas" });
    }
  }
}

function drawState() {
  const open = ({ place }) => { if (place !== undefined) openCell(report.cells[place]); };
  draw(byId("state"), view().state, { layout: () => ({}), follow: report.metrics.length ? open : null });
}

function drawUnfinished() {
  const holder = byId("unfinished");
  const cells = shownCells().filter(({ status }) => status !== "done");
  if (!cells.length) {
    holder.replaceChildren(element("p", {}, report.texts.all_done));
    return;
  }
  const columns = [
    { title: "Method" }, { title: "Condition" }, { title: "Seed", number: true },
    { title: "State" }, { title: "Reason" },
  ];
  const rows = cells.map((cell) => [
    linkEntry(cell), report.conditions[cell.condition].title, seedEntry(cell), cell.status,
    entry([cell.error || cell.stale?.join(", ") || "", " ", cell.log ? fileLink("log", cell.log) : ""], cell.error),
  ]);
  const caption = report.texts.unfinished;
  drawTable(holder, { id: "unfinished-table", caption, columns, rows, paged: rows.length > PAGE });
}

/** Return an entry that leads to a cell. */
function linkEntry(cell) {
  const { label } = report.methods[cell.method];
  return { ...entry([element("a", { href: cellAddress(cell) }, label)], label), method: cell.method };
}

/** Return a link to a file; its path inside another page. */
function fileLink(name, address) {
  if (!embedded) return element("a", { href: address, class: "file" }, name);
  return element("code", {}, `${report.folder}/${decodeURIComponent(address).replace(/^(\.\.\/)+/, "")}`);
}
