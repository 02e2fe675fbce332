"use strict";
// The charts of one cell: learning curves, mistakes, confidence, and a map of its features.

const NAMED_SQUARE = 11; // pixels that a square of the confusion matrix needs for its class to be named beside it
const PRINTED_SQUARE = 18; // and for its number to stand in it
const TOP_CONFUSIONS = 10;
const ACCURACY = "accuracy, %";

/** Append one chart per stage and kind of column. */
function appendCurves(body, cell) {
  const holder = element("div", { class: "charts" });
  const histories = cell.histories.filter(([, index]) => index !== null);
  if (histories.length) body.append(element("h3", {}, "Learning curves"), holder);
  for (const [stage, index] of histories) {
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

/** Return the confusion matrix of a cell as counts [C][C], from the pairs (class, count) that the page holds. */
function confusionOf(cell) {
  return cell.confusion.map((pairs, _, all) => {
    const counts = new Array(all.length).fill(0);
    for (let place = 0; place < pairs.length; place += 2) counts[pairs[place]] = pairs[place + 1];
    return counts;
  });
}

function classesOf(cell) {
  const classes = cell.classes === null ? [] : report.classes[cell.classes];
  return classes.map(([name, group, train, test], label) => ({ name, group, train, test, label, recall: cell.recalls[label] }));
}

function appendMistakes(body, cell) {
  const counts = confusionOf(cell);
  const classes = classesOf(cell);
  if (counts.length && classes.length) {
    const [matrix, top] = [element("div", { class: "chart" }), element("div", { class: "chart" })];
    body.append(element("h3", {}, "Confusion matrix"), countsToggle(cell, matrix), matrix, element("h3", {}, "Classes most often taken for another"), top);
    drawConfusion(cell, matrix);
    const rows = topConfusions(counts, classes);
    if (rows.length) draw(top, "top_confusions", () => ({ rows, height: 20 * rows.length }));
    else top.append(hint("No test signal was taken for one of another class."));
  }
  if (!classes.length) return;
  const recall = element("div", { class: "chart" });
  body.append(element("h3", {}, "Recall against class size"), recall, ...absentNote(classes), classTable(classes));
  draw(recall, "recall", { rows: classes.filter((each) => each.recall !== null).map((each) =>
    ({ name: each.name, group: each.group, train_count: each.train, test_count: each.test, recall: 100 * each.recall })) });
}

function topConfusions(counts, classes) {
  return counts.flatMap((row, label) => row.map((count, other) => ({
    pair: `${classes[label].name} → ${classes[other].name}`, count, wrong: count > 0 && other !== label, share: 100 * count / classes[label].test,
  }))).filter(({ wrong }) => wrong).sort((a, b) => b.share - a.share || b.count - a.count).slice(0, TOP_CONFUSIONS);
}

function countsToggle(cell, holder) {
  const change = (event) => {
    state.counts = event.target.value === "counts";
    drawConfusion(cell, holder);
  };
  const option = (value, text, selected) => element("option", selected ? { value, selected: "" } : { value }, text);
  return element("label", { class: "inline" }, "Show ",
    element("select", { class: "counts", onchange: change },
      option("share", "share of the true class (%)", !state.counts), option("counts", "counts", state.counts)));
}

function drawConfusion(cell, holder) {
  const classes = classesOf(cell).sort((a, b) => b.train - a.train);
  const counts = confusionOf(cell);
  draw(holder, "confusion", (available) => {
    const [beside, alone] = [180, 80].map((taken) => Math.max(120, Math.min(available - taken, 440)));
    const named = beside / classes.length >= NAMED_SQUARE;
    const width = named ? beside : alone;
    const rows = confusionRows(counts, classes, width / classes.length >= PRINTED_SQUARE);
    return { rows, classes: classes.map(({ name }) => name), named, width };
  }, "canvas");
}

function confusionRows(counts, classes, printed) {
  return classes.flatMap(({ name, label, test }) => classes.map((other) => {
    const count = counts[label][other.label];
    const share = test ? count / test : null;
    const text = !printed || !count ? "" : state.counts ? String(count) : (100 * share).toFixed(0);
    return { true: name, predicted: other.name, count, share, text };
  }));
}

function absentNote(classes) {
  const absent = classes.filter(({ recall }) => recall === null).length;
  return absent ? [hint(`Not shown: ${absent} without test signals, recall undefined.`)] : [];
}

function classTable(classes) {
  const heads = ["Class", "Group", "Training", "Test", "Recall (%)"];
  const rows = classes.map(({ name, group, train, test, recall }) => element("tr", {},
    element("th", { scope: "row" }, name), element("td", {}, group),
    ...[String(train), String(test), shown(recall, FRACTION)].map((text) => element("td", { class: "number" }, text))));
  return element("details", {}, element("summary", {}, "As a table"),
    element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Recall per class" },
      element("table", { class: "plain" },
        element("thead", {}, element("tr", {}, ...heads.map((text, index) =>
          element("th", { scope: "col", class: index > 1 ? "number" : null }, text)))),
        element("tbody", {}, ...rows))));
}

function appendConfidence(body, cell) {
  if (!cell.confidence.length) return;
  const [histogram, reliability] = [element("div", {}), element("div", {})];
  body.append(element("h3", {}, "Confidence"),
    hint("Left: how sure the classifier is where it is right and where it is wrong. Right: how often it is right at each confidence; on the diagonal it is as sure as it should be."),
    element("div", { class: "charts" }, histogram, reliability));
  draw(histogram, "confidence", { rows: cell.confidence, parts: ["correct", "wrong"] });
  const ece = cell.values[metricIndex("ece")];
  draw(reliability, "calibration", (available) => ({ rows: cell.calibration, title: `ECE ${shown(ece, FRACTION)} %`, width: Math.max(140, Math.min(available - 70, 260)) }));
}

/** Append the t-SNE of a sample of the test signals, coloured by class where there are colours enough, else by group. */
function appendMap(body, cell) {
  if (cell.map === null || cell.classes === null) return;
  const { labels, x, y } = report.maps[cell.map];
  const classes = classesOf(cell);
  const byClass = classes.length <= report.class_colors.length;
  const keys = byClass ? classes.map(({ name }) => name) : report.groups;
  const colors = byClass ? report.class_colors.slice(0, keys.length) : report.group_colors;
  const rows = labels.map((label, place) => ({
    x: x[place] / 1000, y: y[place] / 1000, size: 24, key: byClass ? classes[label].name : classes[label].group, name: classes[label].name,
  }));
  const holder = element("div", { class: "chart" });
  body.append(element("h3", {}, "Map of the features"),
    hint(`t-SNE of the features of ${labels.length} test signals under this cell's backbone, coloured by ${byClass ? "class" : "how many training signals their class has"}. Distances between far groups mean nothing.`), holder);
  draw(holder, "points", (available) => ({ rows, edges: [], keys, colors, columns: Math.min(4, keys.length), domain: [-1, 1], width: Math.max(160, Math.min(available - 60, 420)) }), "canvas");
}
