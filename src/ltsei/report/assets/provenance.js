"use strict";
// Provenance: from every number to what made it.

function drawProvenance() {
  const holder = byId("provenance-body");
  clearCharts(holder);
  holder.append(
    element("h2", {}, "What the numbers were made with"),
    element("dl", {}, ...view().provenance.flatMap(([name, texts]) =>
      [element("dt", {}, name), ...texts.map((text) => element("dd", {}, text))])),
    element("h2", {}, "Every cell"),
    hint(report.texts.provenance));
  const table = element("div", {});
  holder.append(table);
  const columns = [
    { title: "Method" }, { title: "Condition" }, { title: "Seed", number: true },
    { title: metric().short, number: true },
    { title: "Fingerprint" }, { title: "Commit" }, { title: "Command" },
  ];
  const rows = shownCells().filter(isDone).map((cell) => [
    linkEntry(cell), report.conditions[cell.condition].title, seedEntry(cell),
    numberEntry(cell.values[state.metric], metric().unit),
    entry([element("code", {}, cell.fingerprint)], ""),
    report.surroundings?.[cell.surroundings]?.commit ?? UNDEFINED,
    entry([element("code", { class: "long" }, commandOf(cell))], cell.target),
  ]);
  const caption = `${metric().title} of every cell, and what made it`;
  drawTable(table, { id: "provenance-table", caption, columns, rows, paged: true });
}
