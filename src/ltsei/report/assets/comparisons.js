"use strict";
// Comparisons: methods against ratios, groups of classes, losses and samplers, parts of a method, experts.

const GROUP_METRICS = ["many_accuracy", "medium_accuracy", "few_accuracy"];
const ABLATION = ["balanced_accuracy", ...GROUP_METRICS, "harmonic_mean", "ece"];

function drawComparisons() {
  const holder = byId("comparison-charts");
  clearCharts(holder);
  const parts = [
    ["Method by data set and ratio", drawHeatMap], ["Against the imbalance ratio", drawAgainstRatio],
    ["Many, medium and few", drawGroups], ["What the rare classes cost the frequent ones", drawTradeOff],
    ["Loss and sampler", drawLossBySampler], ["What each part brings", drawAblation], ["Experts and their gate", drawExperts],
  ];
  for (const [title, show] of parts) {
    const part = element("div", { class: "part" });
    holder.append(part); // charts measure their holder, so it is in the page before they are drawn
    if (show(part) === false) part.remove();
    else part.prepend(element("h2", {}, title));
  }
}

function addChart(part, ...before) {
  const inner = element("div", { class: "chart" });
  part.append(...before, inner);
  return inner;
}

function drawHeatMap(part) {
  const metric = report.metrics[state.metric];
  const conditions = blockConditions();
  const methods = shownMethods();
  const rows = conditions.flatMap((condition) => methods.map((method) => {
    const triple = summary(state.metric, condition, method);
    const mean = triple?.[0] ?? null;
    const text = planned(condition, method).some(isDone) ? shown(mean, metric) : ""; // missing is not undefined
    return { method: report.methods[method].label, condition: conditionName(condition), value: scaled(mean, metric), text, n: triple?.[2] ?? 0 };
  }));
  const values = rows.map(({ value }) => value).filter((value) => value !== null);
  if (!values.length) return false;
  const turned = metric.better === "low";
  const [least, most] = [Math.min(...values), Math.max(...values)];
  for (const row of rows) row.dark = row.value !== null && (turned ? row.value < (least + most) / 2 : row.value > (least + most) / 2);
  draw(addChart(part, hint(`${metricTitle(metric)}, mean over seeds${metric.better ? "; darker is better" : ""}.`)), "heat_map", () => ({
    rows, methods: methods.map((method) => report.methods[method].label), conditions: conditions.map(conditionName),
    metric: metricTitle(metric), extent: [least, most], reversed: turned, height: 20 * methods.length,
  }));
  return true;
}

/** Return one chart row: mean and one standard deviation to either side, in the unit shown. */
function meanRow(method, [mean, sd, n], metric) {
  const [low, high] = mean === null ? [null, null] : [mean - (sd ?? 0), mean + (sd ?? 0)];
  return {
    method: report.methods[method].label, color: report.methods[method].color,
    mean: scaled(mean, metric), low: scaled(low, metric), high: scaled(high, metric), text: meanText([mean, sd], metric), n,
  };
}

/** Return the legend of methods: `columns` beside the chart where there is room, else one column under it. */
function legend(width, columns) {
  const place = width < NARROW
    ? { orient: "bottom", columns: 1, labelLimit: width - 60 }
    : { orient: "right", columns, labelLimit: Math.min(report.label_limit, 0.3 * width / columns) };
  return { symbolStrokeWidth: 0, symbolLimit: 0, ...place };
}

function drawAgainstRatio(part) {
  const metric = report.metrics[state.metric];
  const shownHere = blockConditions();
  const datasets = [...new Set(shownHere.map((index) => report.conditions[index].dataset))];
  for (const dataset of datasets) {
    const rows = [];
    for (const condition of shownHere.filter((index) => report.conditions[index].dataset === dataset)) {
      const { ratio, ir } = report.conditions[condition];
      for (const method of shownMethods()) {
        const triple = summary(state.metric, condition, method);
        if (ratio === null || !triple?.[2] || !planned(condition, method).length) continue;
        rows.push({ ...meanRow(method, triple, metric), ratio, natural: ir === "natural" });
      }
    }
    drawRatios(part, dataset, rows, metric);
  }
  return part.children.length > 0;
}

function drawRatios(part, dataset, rows, metric) {
  if (!rows.length) return;
  const methods = shownMethods().map((index) => report.methods[index]).filter(({ label }) => rows.some((row) => row.method === label));
  const ticks = [...new Set(rows.map((row) => row.ratio))].sort((a, b) => a - b);
  const several = ticks.length > 1;
  const about = `${metricTitle(metric)} on ${dataset}. ` + (several
    ? "Line: mean over seeds, band: one standard deviation; a natural ratio stands alone. A legend entry singles out its method, Shift adds more."
    : "There is one imbalance ratio. Point: mean over seeds, line: one standard deviation.");
  draw(addChart(part, hint(about)), several ? "ratio_lines" : "ratio_dots", (width) => ({
    rows, ticks, height: 24 * methods.length, metric: metricTitle(metric),
    labels: methods.map((method) => method.label), colors: methods.map((method) => method.color),
    dashes: methods.map((method) => method.dash), shapes: methods.map((method) => method.shape),
    legend: legend(width, Math.ceil(methods.length / 20)),
  }));
}

/** Return the condition whose groups are shown: the chosen one, or the last. */
function groupCondition() {
  return shownConditions().at(-1);
}

function drawGroups(part) {
  const condition = groupCondition();
  const metrics = GROUP_METRICS.map(metricIndex);
  const rows = [];
  for (const method of shownMethods().filter((index) => planned(condition, index).length)) {
    const triples = metrics.map((metric) => summary(metric, condition, method) ?? [null, null, 0]);
    if (triples.every(([, , n]) => n === 0)) continue; // missing, which is not undefined
    for (const [index, group] of report.groups.entries()) rows.push({ ...meanRow(method, triples[index], FRACTION), group });
  }
  if (!rows.length) return false;
  const about = "Accuracy by size of the class in training, mean over seeds, line: one standard deviation. A group without classes is undefined (“–”).";
  draw(addChart(part, hint(about)), "groups", () => ({ rows, title: report.conditions[condition].title, height: 12 * rows.length }));
  return true;
}

function drawTradeOff(part) {
  const [many, , few] = GROUP_METRICS.map(metricIndex);
  const rows = shownMethods().map((method) => ({ method, x: meanOver(method, many), y: meanOver(method, few) }))
    .filter(({ x, y }) => x !== null && y !== null)
    .map(({ method, x, y }) => ({ label: report.methods[method].label, color: report.methods[method].color, shape: report.methods[method].shape, x: 100 * x, y: 100 * y }));
  if (!rows.length) return false;
  for (const row of rows) row.named = rows.length <= NAMED_POINTS || !rows.some((other) => other.x >= row.x && other.y >= row.y && other !== row);
  draw(addChart(part, hint(`Accuracy on the classes with many and with few training signals, ${whereText()}. Up and to the right is better.`)), "trade_off", { rows });
  return true;
}

/** Draw the best value of each pair of loss and sampler among methods without post-hoc steps. */
function drawLossBySampler(part) {
  const metric = report.metrics[state.metric];
  if (!metric.better) return false;
  const turn = metric.better === "low" ? -1 : 1;
  const best = new Map();
  for (const method of shownMethods()) {
    const { design } = report.methods[method];
    const mean = meanOver(method, state.metric);
    if (!design || design.steps || mean === null) continue;
    const key = JSON.stringify([design.loss, design.sampler]);
    if (!best.has(key) || turn * mean > turn * best.get(key).mean) best.set(key, { mean, method });
  }
  const found = [...best].map(([key, value]) => ({ ...value, pair: JSON.parse(key) }));
  const [losses, samplers] = [0, 1].map((place) => [...new Set(found.map(({ pair }) => pair[place]))]);
  if (losses.length < 2 || samplers.length < 2) return false;
  const columns = [{ title: "Loss" }, ...samplers.map((title) => ({ title, number: true }))];
  const rows = losses.map((loss) => [loss, ...samplers.map((sampler) => {
    const here = found.find(({ pair }) => pair[0] === loss && pair[1] === sampler);
    return here ? entry(shown(here.mean, metric), here.mean, { title: report.methods[here.method].label }) : entry("", null);
  })]);
  const inner = addChart(part, hint("The best method of each pair in its last training, methods with post-hoc steps left out; empty where no method has that pair. Hover over a number for its method."));
  drawTable(inner, { id: "loss-by-sampler", caption: `${metricTitle(metric)}, ${whereText()}`, columns, rows });
  return true;
}

function drawAblation(part) {
  const control = scope()?.control ?? null;
  const metrics = ABLATION.map(metricIndex).filter((index) => index >= 0);
  if (control === null || !metrics.length) return false;
  const columns = [{ title: "Method" }, ...metrics.flatMap((index) => {
    const { short, label } = report.metrics[index];
    return [{ title: short || label, number: true, tip: label }, { title: "Δ", number: true, tip: `${label}: difference to ${report.methods[control].label}` }];
  })];
  const rows = shownMethods().map((method) => [
    entry(methodName(method), report.methods[method].label),
    ...metrics.flatMap((index) => deltaEntries(method, control, index)),
  ]);
  const inner = addChart(part, hint(`Each metric and its difference to ${report.methods[control].label}, ${whereText()}; fractions in percent.`));
  drawTable(inner, { id: "ablation-table", caption: `Differences to ${report.methods[control].label}`, columns, rows });
  return true;
}

function deltaEntries(method, control, index) {
  const metric = report.metrics[index];
  const [own, reference] = [meanOver(method, index), meanOver(control, index)];
  if (method === control || own === null || reference === null) return [numberEntry(own, metric), entry(method === control ? "" : UNDEFINED, null)];
  const delta = own - reference;
  const better = metric.better === "low" ? delta < 0 : delta > 0;
  const style = Number(shown(Math.abs(delta), metric)) === 0 ? "muted" : better ? "gain" : "loss";
  return [numberEntry(own, metric), entry(shown(delta, metric, true), delta, { class: style })];
}

/** Draw how mixtures use their experts, each averaged over the shown cells. */
function drawExperts(part) {
  const found = shownMethods().map((method) => ({
    method, cells: shownCells().filter((cell) => cell.method === method && cell.mixture),
  })).filter(({ cells }) => cells.length);
  if (!found.length) return false;
  const rows = found.flatMap(({ method, cells }) => report.groups.flatMap((group) => expertRows(method, cells, group)));
  const mean = (cells, name) => cells.reduce((sum, { mixture }) => sum + mixture[name], 0) / cells.length;
  const columns = [{ title: "Method" }, { title: "Entropy of the gate", number: true, tip: "0: one expert has all, 1: equal shares" }, { title: "Disagreement, %", number: true, tip: "How often two experts choose different classes" }, { title: "Cells", number: true }];
  const lines = found.map(({ method, cells }) => [
    entry(methodName(method), report.methods[method].label),
    numberEntry(mean(cells, "gate_entropy"), { unit: "number" }), numberEntry(mean(cells, "disagreement"), FRACTION), entry(String(cells.length), cells.length),
  ]);
  draw(addChart(part, hint(`Mean share of each expert in the gate by group of the true class, over the shown cells.`)), "experts", (width) => ({ rows, height: 18 * found.length, width: Math.max(80, (0.64 * width - 60) / report.groups.length) }));
  drawTable(addChart(part), { id: "gate-table", caption: "What the gate does", columns, rows: lines });
  return true;
}

function expertRows(method, cells, group) {
  const usages = cells.map(({ mixture }) => mixture.expert_usage[group]).filter(Boolean);
  if (!usages.length) return [];
  return usages[0].map((_, expert) => ({
    method: report.methods[method].label, group, expert: `Expert ${expert + 1}`,
    share: 100 * usages.reduce((sum, usage) => sum + usage[expert], 0) / usages.length,
  }));
}
