"use strict";
// Provenance: from every number to what made it.

function drawProvenance() {
  const holder = byId("provenance-body");
  clearCharts(holder);
  const metric = report.metrics[state.metric];
  const cells = shownCells().filter(isDone);
  const made = [...new Set(cells.flatMap((cell) => Object.values(cell.made)))].map((index) => report.surroundings[index]);
  const distinct = (texts) => [...new Set(texts.filter(Boolean))];
  const stale = cells.filter((cell) => cell.stale.length).length;
  const facts = [
    ["Commits", distinct(made.map(({ commit }) => commit))],
    ["Machines", distinct(made.map(machineText))],
    ["Software", distinct(made.map(softwareText))],
    ["Present configuration and code", cells.length ? [stale ? `${stale} of ${cells.length} cells were made with others` : `all ${cells.length} cells match`] : []],
  ];
  holder.append(
    element("h2", {}, "What the numbers were made with"),
    element("dl", {}, ...facts.flatMap(([name, texts]) => [element("dt", {}, name), ...(texts.length ? texts : [UNDEFINED]).map((text) => element("dd", {}, text))])),
    element("h2", {}, "Every cell"),
    hint("A row leads to the cell with its recipe, its files, and the fingerprint of settings and code at every stage. The command makes its numbers in a clone of that commit; what already exists and still matches is not made again."));
  const table = element("div", {});
  holder.append(table);
  const columns = [
    { title: "Method" }, { title: "Data set and ratio" }, { title: "Seed", number: true }, { title: metric.short || metric.label, number: true },
    { title: "Fingerprint" }, { title: "Commit" }, { title: "Command" },
  ];
  const rows = cells.map((cell) => {
    const levels = Object.keys(cell.fingerprints).filter((level) => level !== "evaluate");
    const found = report.surroundings[cell.made.evaluate];
    const { label } = report.methods[cell.method];
    return [
      entry([element("a", { href: cellAddress(cell) }, label)], label), report.conditions[cell.condition].title, entry(String(cell.seed), cell.seed),
      numberEntry(cell.values[state.metric], metric), entry([element("code", {}, cell.fingerprints[levels.at(-1)] ?? UNDEFINED)], ""),
      found?.commit ?? UNDEFINED, entry([element("code", { class: "long" }, commandOf(cell))], cell.target),
    ];
  });
  drawTable(table, { id: "provenance-table", caption: `${metricTitle(metric)} of every cell, and what made it`, columns, rows, paged: true });
}
