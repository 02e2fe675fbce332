"use strict";
// Statistics: whether the differences between methods are more than chance.

function drawStatistics() {
  const holder = byId("statistics-body");
  clearCharts(holder);
  const { tests } = metricView();
  if (!tests) {
    holder.append(hint(report.texts.not_tested));
    return;
  }
  const outcome = element("p", {}, tests.friedman);
  holder.append(element("h2", {}, "Do the methods differ?"), outcome, ...tests.friedman_hints.map(hint));
  if (tests.ranks !== null) {
    const inner = element("div", { class: "chart", id: "ranks" });
    holder.append(inner);
    draw(inner, tests.ranks, { layout: (width) => rankSizes(width, report.sizes.label_limit) });
  }
  if (view().controls.length) drawDifferences(holder, tests);
  drawSpread(holder, rowsOf(tests.spread));
  holder.append(element("h2", {}, "What these tests can show"),
    element("ul", {}, ...tests.limits.map((line) => element("li", {}, line))));
}

/** Draw how much of the spread between runs is due to data and to training; nothing where the seeds cannot tell. */
function drawSpread(holder, rows) {
  if (!rows.length) return;
  const table = element("div", {});
  holder.append(element("h2", {}, "Where the spread comes from"), hint(report.texts.spread_by_cause), table);
  const columns = [
    { title: "Method" }, { title: "SD from data", number: true }, { title: "SD from training", number: true },
    { title: "Split seeds", number: true }, { title: "Training seeds", number: true },
  ];
  drawTable(table, { id: "spread-table", caption: `Spread of ${metric().title} by cause`, columns, rows: rows.map((row) => [
    methodEntry(row.method), numberEntry(row.data, metric().unit), numberEntry(row.training, metric().unit),
    numberEntry(row.splits, "count"), numberEntry(row.trainings, "count"),
  ]) });
}

function drawDifferences(holder, tests) {
  holder.append(element("h2", {}, `Each method against ${view().control}`), hint(tests.differences_hint));
  if (tests.differences === null) return;
  const [inner, table] = [element("div", { class: "chart", id: "forest" }), element("div", {})];
  holder.append(inner, table);
  draw(inner, tests.differences, { layout: () => ({}) });
  const columns = [
    { title: "Method" }, { title: "Pairs", number: true },
    { title: metric().difference, number: true }, { title: "95 % interval", number: true },
    { title: "Effect size d_z", number: true, tip: report.texts.effect },
    { title: "Probability of improvement", number: true, tip: report.texts.improvement },
    { title: "p", number: true, tip: report.texts.p },
    { title: "p (corrected)", number: true, tip: report.texts.corrected_p },
    { title: "p (signed rank)", number: true, tip: report.texts.signed_rank },
    { title: "Better / equivalent / worse", number: true, tip: report.texts.equivalence },
  ];
  const rows = rowsOf(tests.comparisons).filter(({ distinct }) => distinct).map((row) => [
    methodEntry(row.method), numberEntry(row.n, "count"), numberEntry(row.mean, metric().unit, true),
    entry(intervalText(row) || UNDEFINED, row.low), numberEntry(row.effect, "effect"),
    numberEntry(row.improvement, "effect"), numberEntry(row.p, "p"), adjustedEntry(row),
    numberEntry(row.signed_rank, "p"), equivalenceEntry(row),
  ]);
  const caption = `Paired with ${view().control} by condition and seed`;
  drawTable(table, { id: "comparisons-table", caption, columns, rows });
}

/** Return the probabilities of being better than the control, practically equivalent, and worse. */
function equivalenceEntry({ better, equivalent, worse }) {
  if (better === null) return entry(UNDEFINED, null);
  return entry([better, equivalent, worse].map((value) => shown(value, "effect")).join(" / "), better);
}
