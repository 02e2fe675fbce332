"use strict";
// The charts of one cell: learning curves, errors, confidence, and a map of its features.

function appendCurves(body, cell) {
  const holder = element("div", { class: "charts" });
  if (cell.curves.length) body.append(element("h3", {}, "Learning curves"), holder);
  for (const chart of cell.curves) {
    const inner = element("div", {});
    holder.append(inner);
    draw(inner, chart);
  }
}

function appendConfusion(body, cell) {
  if (cell.confusion === null) return;
  const [matrix, top] = [element("div", { class: "chart" }), element("div", { class: "chart" })];
  body.append(element("h3", {}, "Confusion matrix"), squareChoice(cell, matrix), matrix,
    element("h3", {}, "Classes confused most often"), top);
  drawConfusion(cell, matrix);
  if (cell.top_confusions === null) top.append(hint(report.texts.no_confusion));
  else draw(top, cell.top_confusions, { layout: () => ({}) });
}

function appendRecalls(body, cell) {
  if (cell.recalls === null) return;
  const recalls = element("div", { class: "chart" });
  const absent = cell.absent ? [hint(cell.absent)] : [];
  body.append(element("h3", {}, "Recall against class size"), recalls, ...absent, classTable(cell));
  draw(recalls, cell.recalls);
}

function squareChoice(cell, holder) {
  const change = (event) => {
    state.squares = event.target.value;
    drawConfusion(cell, holder);
  };
  const option = (value, text) => element("option", { value, selected: value === state.squares ? "" : null }, text);
  return element("label", { class: "inline" }, "Show ",
    element("select", { class: "squares", onchange: change },
      option("share", "share of the true class (%)"), option("counts", "counts")));
}

function drawConfusion(cell, holder) {
  const { classes } = report.charts[cell.confusion].blanks;
  const layout = (available) => {
    const { width, named, isPrinted } = confusionSizes(available, classes.length, report.sizes.square);
    return { width, named, text: report.square_texts[isPrinted ? state.squares : "nothing"] };
  };
  draw(holder, cell.confusion, { layout, renderer: "canvas" });
}

function classTable(cell) {
  const numbers = ["Training", "Test", "Recall (%)"].map((title) => ({ title, number: true }));
  const columns = [{ title: "Class" }, { title: "Group" }, ...numbers];
  const rows = rowsOf(cell.classes).map(({ name, group, train_count: train, test_count: test, recall }) =>
    [name, group, String(train), String(test), shown(recall, "fraction")]);
  const table = plainTable({ label: "Recall per class", columns, rows });
  return element("details", {}, element("summary", {}, "As a table"), table);
}

function appendConfidence(body, cell) {
  if (cell.confidence === null) return;
  const [histogram, reliability] = [element("div", {}), element("div", {})];
  body.append(element("h3", {}, "Confidence"),
    hint(report.texts.confidence),
    element("div", { class: "charts" }, histogram, reliability));
  draw(histogram, cell.confidence);
  draw(reliability, cell.calibration, { layout: (width) => squareSizes(width, 70, 260) });
}

function appendMap(body, cell) {
  if (cell.map === null) return;
  const holder = element("div", { class: "chart" });
  body.append(element("h3", {}, "Map of the features"), hint(cell.map_hint), holder);
  draw(holder, cell.map, { layout: (width) => squareSizes(width, 60, 420), renderer: "canvas" });
}

/** Append the errors of which the classifier is most sure, or how to get them. */
function appendErrors(body, { errors }) {
  body.append(element("h3", {}, "Most confident errors"));
  if (errors === null) {
    body.append(hint(report.texts.no_errors));
    return;
  }
  const holder = element("div", {});
  body.append(hint(errors.text), holder);
  const numbers = ["Probability (%)", "of the true class (%)"].map((title) => ({ title, number: true }));
  const names = ["True class", "Predicted class"].map((title) => ({ title }));
  const columns = [{ title: "Signal", number: true, head: true }, ...names, ...numbers];
  const rows = rowsOf(errors.rows).map((row) => [entry(String(row.signal), row.signal), row.true, row.predicted,
    numberEntry(row.probability, "fraction"), numberEntry(row.true_probability, "fraction")]);
  if (rows.length) drawTable(holder, { id: "errors", caption: "", columns, rows, paged: true });
}
