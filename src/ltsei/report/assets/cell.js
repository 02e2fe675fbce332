"use strict";
// One cell: its numbers, recipe, learning curves, confusion matrix and recall against class size.

const NAMED_SQUARE = 11; // pixels that a square of the confusion matrix needs for its class to be named beside it
const PRINTED_SQUARE = 18; // and for its number to stand in it
const ACCURACY = "accuracy, %";

function drawCell() {
  const body = byId("cell-body");
  clearCharts(body);
  const cell = planned(state.condition, state.method).find(({ seed }) => seed === state.seed);
  if (!cell) return;
  if (isMissing(cell)) {
    body.append(element("p", { class: "callout" }, "This cell is missing: it has not run yet, is running, or failed."), fileList(cell));
    return;
  }
  if (cell.stale.length) {
    const text = `Out of date: made with another configuration or other code than the present one (${cell.stale.join(", ")}).`;
    body.append(element("p", { class: "callout" }, text));
  }
  const recipe = cell.recipe === "" ? element("p", { class: "hint" }, "No recipe was recorded.") : element("pre", { tabindex: 0 }, cell.recipe);
  body.append(
    element("div", { class: "columns" },
      element("div", {}, element("h3", {}, "Metrics"), metricTable(cell)),
      element("div", {}, element("h3", {}, "Recipe"), recipe, ...choiceList(cell), ...expertTable(cell),
        element("h3", {}, "Files"), fileList(cell))));
  appendCurves(body, cell);
  const matrix = element("div", { class: "chart" });
  const recall = element("div", { class: "chart" });
  const columns = element("div", { class: "columns" },
    element("div", {}, element("h3", {}, "Confusion matrix"), countsToggle(cell, matrix), matrix),
    element("div", {}, element("h3", {}, "Recall against class size"), recall, absentNote(cell), classTable(cell)));
  body.append(columns);
  if (cell.confusion.length) drawConfusion(cell, matrix);
  if (cell.classes.length) drawRecall(cell, recall);
}

function metricTable(cell) {
  const rows = report.metrics.map((metric, index) => {
    const triple = report.summaries[index][cell.condition][cell.method];
    return element("tr", {},
      element("th", { scope: "row" }, metricTitle(metric)),
      element("td", { class: "number" }, shown(cell.values[index], metric)),
      element("td", { class: "number muted" }, meanText(triple, metric)),
      element("td", { class: "number muted" }, String(triple[2])));
  });
  const heads = ["Metric", `Seed ${cell.seed}`, "Mean ± sd", "n"];
  return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Metrics of the cell" },
    element("table", { id: "cell-metrics" },
      element("thead", {}, element("tr", {}, ...heads.map((text, index) =>
        element("th", { scope: "col", class: index ? "number" : null }, text)))),
      element("tbody", {}, ...rows)));
}

/** Return the parameters of the post-hoc steps, nothing where the method has none. */
function choiceList({ choices }) {
  if (!choices.length) return [];
  return [element("h3", {}, "Post-hoc steps"), element("ul", { id: "choices" }, ...choices.map((choice) =>
    element("li", {}, `${choice.step}: ${choice.parameter} = ${choice.value}, ${choice.fixed ? "fixed" : "chosen on validation"}`)))];
}

/** Return how a mixture uses its experts, nothing where the method has none. */
function expertTable({ diagnostics }) {
  if (!diagnostics.expert_usage) return [];
  const fraction = { unit: "fraction" };
  const usage = report.groups.map((group) => [group, diagnostics.expert_usage[group] ?? null]);
  const experts = Math.max(...usage.map(([, shares]) => shares?.length ?? 0));
  const places = Array.from({ length: experts }, (_, expert) => expert);
  const rows = usage.map(([group, shares]) => element("tr", {}, element("th", { scope: "row" }, group),
    ...places.map((expert) => element("td", { class: "number" }, shown(shares?.[expert], fraction)))));
  const heads = ["Classes", ...places.map((expert) => `Expert ${expert + 1}`)].map((text, index) =>
    element("th", { scope: "col", class: index ? "number" : null }, text));
  const entropy = `Entropy of the gate ${shown(diagnostics.gate_entropy, { unit: "number" })} (0: one expert has all, 1: equal shares)`;
  return [
    element("h3", {}, "Experts"),
    element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Use of the experts" },
      element("table", { id: "experts" }, element("caption", {}, "Mean share of each expert in the gate, %"),
        element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows))),
    element("p", { class: "hint" }, `${entropy}; two experts choose different classes in ${shown(diagnostics.disagreement, fraction)} % of the cases.`),
  ];
}

function fileList(cell) {
  if (!embedded || !cell.files.length) {
    return element("ul", { class: "files" }, ...cell.files.map(([name, address]) => element("li", {}, element("a", { href: address }, name))));
  }
  return element("div", {},
    element("p", { class: "hint" }, "Files cannot be opened from a page inside another one. In the folder of the workflow they are"),
    element("ul", { class: "paths" }, ...cell.files.map(([, , path]) => element("li", {}, element("code", {}, path)))));
}

/** Append one chart per stage and kind of column. */
function appendCurves(body, cell) {
  const holder = element("div", { class: "charts" });
  if (cell.histories.length) body.append(element("h3", {}, "Learning curves"), holder);
  for (const [stage, index] of cell.histories) {
    const { epoch, ...columns } = report.histories[index];
    for (const [panel, names] of panels(Object.keys(columns))) {
      const inner = element("div", {});
      holder.append(inner);
      const scale = panel === ACCURACY ? 100 : 1;
      const rows = names.flatMap((name) => columns[name]
        .map((value, row) => ({ series: words(name), epoch: epoch[row], value: value === null ? null : scale * value }))
        .filter(({ value }) => value !== null));
      draw(inner, "curve", { rows, title: `${stage}: ${panel}`, ticks: wholeTicks(epoch) });
    }
  }
}

/** Return [panel, columns] pairs: losses together, accuracies together, everything else by itself. */
function panels(columns) {
  const found = new Map([["loss", []], [ACCURACY, []]]);
  for (const name of columns) {
    const panel = name.includes("loss") ? "loss" : /accuracy|recall|f1/.test(name) ? ACCURACY : words(name);
    found.set(panel, [...(found.get(panel) ?? []), name]);
  }
  return [...found].filter(([, names]) => names.length);
}

/** Return about six whole numbers, round ones, between the least and the greatest of `values`. */
function wholeTicks(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const power = 10 ** Math.max(0, Math.floor(Math.log10((high - low) / 6)));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((width) => (high - low) / width <= 6);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, index) => (first + index) * step);
}

function words(name) {
  return name.replaceAll("_", " ");
}

function countsToggle(cell, holder) {
  const change = (event) => {
    state.counts = event.target.value === "counts";
    drawConfusion(cell, holder);
  };
  const option = (value, text, selected) => element("option", selected ? { value, selected: "" } : { value }, text);
  return element("label", { class: "inline" }, "Show ",
    element("select", { id: "counts", onchange: change },
      option("share", "share of the true class (%)", !state.counts), option("counts", "counts", state.counts)));
}

function drawConfusion(cell, holder) {
  const order = cell.classes.map((_, label) => label).sort((a, b) => cell.classes[b][2] - cell.classes[a][2]);
  const classes = order.map((label) => cell.classes[label][0]);
  draw(holder, "confusion", (available) => {
    const [beside, alone] = [180, 80].map((taken) => Math.max(120, Math.min(available - taken, 440)));
    const named = beside / order.length >= NAMED_SQUARE;
    const width = named ? beside : alone;
    const rows = confusionRows(cell, order, width / order.length >= PRINTED_SQUARE);
    return { rows, classes, named, width };
  }, "canvas");
}

function confusionRows(cell, order, printed) {
  return order.flatMap((label) => {
    const total = cell.confusion[label].reduce((sum, count) => sum + count, 0);
    return order.map((other) => {
      const count = cell.confusion[label][other];
      const share = total ? count / total : null;
      const text = !printed || !count ? "" : state.counts ? String(count) : (100 * share).toFixed(0);
      return { true: cell.classes[label][0], predicted: cell.classes[other][0], count, share, text };
    });
  });
}

function drawRecall(cell, holder) {
  const rows = cell.classes.filter((row) => row[4] !== null).map(([name, group, train, test, recall]) =>
    ({ name, group, train_count: train, test_count: test, recall: 100 * recall }));
  draw(holder, "recall", { rows });
}

function absentNote(cell) {
  const absent = cell.classes.filter((row) => row[4] === null).length;
  return absent ? element("p", { class: "hint" }, `Not shown: ${absent} without test signals, recall undefined.`) : null;
}

function classTable(cell) {
  const fraction = { unit: "fraction" };
  const heads = ["Class", "Group", "Training", "Test", "Recall (%)"];
  const rows = cell.classes.map(([name, group, train, test, recall]) => element("tr", {},
    element("th", { scope: "row" }, name), element("td", {}, group),
    ...[String(train), String(test), shown(recall, fraction)].map((text) => element("td", { class: "number" }, text))));
  return element("details", {}, element("summary", {}, "As a table"),
    element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Recall per class" },
      element("table", {},
        element("thead", {}, element("tr", {}, ...heads.map((text, index) =>
          element("th", { scope: "col", class: index > 1 ? "number" : null }, text)))),
        element("tbody", {}, ...rows))));
}
