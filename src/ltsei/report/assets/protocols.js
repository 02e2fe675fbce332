"use strict";
// Protocols: how much validation from outside the tail, and a choice on the test part, flatter each method.

function drawProtocols() {
  const holder = byId("protocols-body");
  clearCharts(holder);
  const { protocols } = block();
  if (protocols === null) {
    holder.append(hint(report.texts.one_protocol));
    return;
  }
  protocols.oracles.forEach((each, index) => drawOracle(holder, each, index));
  drawOnTest(holder, rowsOf(protocols.on_test));
}

function drawOracle(holder, { dataset, oracle, moved, rows }, index) {
  const table = element("div", {});
  holder.append(element("h2", {}, `${dataset} against ${oracle}`), element("p", {}, moved), hint(report.texts.oracle), table);
  const columns = [
    { title: "Method" }, { title: dataset, number: true }, { title: oracle, number: true },
    { title: "Difference, points", number: true }, { title: "95 % interval", number: true },
    { title: "Place", number: true }, { title: "Place (oracle)", number: true },
  ];
  drawTable(table, { id: `oracle-table-${index}`, caption: `Balanced accuracy, %, on ${dataset} and ${oracle}`, columns,
    rows: rowsOf(rows).map((row) => [
      methodEntry(row.method), numberEntry(row.mean, "fraction"), numberEntry(row.oracle_mean, "fraction"),
      ...differenceEntries(row), numberEntry(row.place, "count"), numberEntry(row.oracle_place, "count"),
    ]) });
}

function drawOnTest(holder, selected) {
  if (!selected.length) return;
  const table = element("div", {});
  holder.append(element("h2", {}, "Selection on the test part (forbidden)"), hint(report.texts.selection_on_test), table);
  const columns = [
    { title: "Method" }, { title: "Data set" }, { title: "Chosen among" }, { title: "Chosen on validation", number: true },
    { title: "Chosen on test (forbidden)", number: true }, { title: "Flatters by, points", number: true },
    { title: "95 % interval", number: true },
  ];
  drawTable(table, { id: "on-test-table", caption: "Balanced accuracy, %, of a choice on validation and on the test part (forbidden)",
    columns, paged: true, rows: selected.map((row) => [
      methodEntry(row.method), row.dataset, row.among, numberEntry(row.mean, "fraction"), numberEntry(row.on_test, "fraction"),
      ...differenceEntries(row),
    ]) });
}

function differenceEntries(row) {
  return [
    numberEntry(row.difference, "fraction", true),
    entry(row.low === null ? UNDEFINED : `[${shown(row.low, "fraction", true)}, ${shown(row.high, "fraction", true)}]`, row.low),
  ];
}
