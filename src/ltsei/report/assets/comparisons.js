"use strict";
// Comparisons: methods against ratios, groups of classes, losses and samplers, the control, and experts.

const RATIO_TEXTS = { // by specification
  ratio_lines: report.texts.ratio_lines, ratio_panels: report.texts.ratio_panels, ratio_dots: report.texts.ratio_dots,
};

function drawComparisons() {
  const holder = byId("comparison-charts");
  clearCharts(holder);
  const parts = [
    ["Methods by condition", drawHeatMap], ["Against the imbalance ratio", drawAgainstRatio],
    ["Recall against class size", drawClassRecalls], ["Class by class against the control", drawClassDifferences],
    ["Many-, medium- and few-shot classes", drawGroups], ["Frequent against rare classes", drawTradeOff],
    ["Other test conditions and priors", drawFurtherTests], ["Loss and sampler", drawLossBySampler], ["Differences from the control", drawDeltas],
    ["Experts and their gate", drawExperts],
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
  const all = compared(block().views[0]);
  const { heat_map: chart } = all.metrics[state.metric];
  if (chart === null) return false;
  const colors = metric().better ? ` ${report.texts.heat_map.replace("CONTROL", all.control)}` : "";
  draw(addChart(part, hint(`${metric().title}, mean over seeds.${colors}`)), chart, { layout: () => ({}) });
  return true;
}

function drawAgainstRatio(part) {
  const charts = block().metrics[state.metric].against_ratio;
  for (const chart of charts) {
    const { specification } = report.charts[chart];
    const about = RATIO_TEXTS[specification];
      const layout = (width) =>
      ({ legend: legend(width, shownMethods().length, report.sizes.label_limit), ...smallMultiples(width) });
    draw(addChart(part, hint(about)), chart, { layout });
  }
  return charts.length > 0;
}

/** Return the shown views of a single condition, whose classes have one size each. */
function conditionViews() {
  if (shownConditions().length === 1) return [view()];
  return block().views.filter(({ condition }) => condition !== null).map(compared);
}

function drawClassRecalls(part) {
  const charts = conditionViews().map(({ class_recalls: chart }) => chart).filter((chart) => chart !== null);
  const methods = shortlist();
  const layout = (width) => ({ legend: legend(width, methods.length, report.sizes.label_limit) });
  const holder = addCharts(part, charts.length, hint(report.texts.class_recalls));
  charts.forEach((chart, index) => draw(holder.children[index], chart, { layout, methods }));
  return charts.length > 0;
}

/** Draw accuracy against the level of each disturbance of the test signals, and against the test prior. */
function drawFurtherTests(part) {
  const charts = conditionViews().flatMap(({ further_tests }) => further_tests);
  const methods = shortlist();
  const layout = (width) => ({ legend: legend(width, methods.length, report.sizes.label_limit) });
  const holder = addCharts(part, charts.length, hint(report.texts.further_tests));
  charts.forEach((chart, index) => draw(holder.children[index], chart, { layout, methods }));
  return charts.length > 0;
}

function drawClassDifferences(part) {
  const charts = conditionViews().map(({ class_differences: chart }) => chart).filter((chart) => chart !== null);
  if (!charts.length) return false;
  const methods = view().methods.filter((method) => !isControl(method));
  const best = rankedMethods().find((method) => !isControl(method));
  const beside = methods.includes(state.beside) ? state.beside : best;
  const select = element("select", { onchange: ({ target }) => chooseBeside(Number(target.value)) });
  options(select, methods.map((method) => [method, report.methods[method].label]), beside);
  const choice = element("label", { class: "inline" }, "Method", select);
  const about = `${report.methods[beside].label} minus ${view().control}. ${report.texts.class_differences}`;
  const holder = addCharts(part, charts.length, choice, hint(about));
  charts.forEach((chart, index) => draw(holder.children[index], chart, { methods: [beside] }));
  return true;
}

function chooseBeside(method) {
  state.beside = method;
  showTab(state.tab);
  remember();
}

/** Add holders of `count` charts beside each other. */
function addCharts(part, count, ...before) {
  const holder = element("div", { class: "charts wide" });
  for (const chart of Array(count).keys()) holder.append(element("div", { id: null, "data-chart": chart }));
  part.append(...before, holder);
  return holder;
}

function drawGroups(part) {
  if (view().groups === null) return false;
  draw(addChart(part, hint(report.texts.groups)), view().groups, { layout: () => ({}) });
  return true;
}

function drawTradeOff(part) {
  if (view().trade_off === null) return false;
  const about = `Accuracy on classes with many and with few training signals, ${view().trade_off_where}.`;
  draw(addChart(part, hint(`${about} Up and to the right is better.`)), view().trade_off);
  return true;
}

/** Draw the best mean of each pair of loss and sampler. */
function drawLossBySampler(part) {
  const { loss_by_sampler: pairs } = metricView();
  if (pairs === null) return false;
  const columns = [{ title: "Loss" }, ...pairs.samplers.map((title) => ({ title, number: true }))];
  const best = rowsOf(pairs.rows);
  const rows = pairs.losses.map((loss) => [loss, ...pairs.samplers.map((sampler) => {
    const row = best.find((each) => each.loss === loss && each.sampler === sampler);
    return row ? entry(shown(row.mean, metric().unit), row.mean, { title: row.methods }) : entry("", null);
  })]);
  const inner = addChart(part, hint(report.texts.loss_by_sampler));
  drawTable(inner, { id: "loss-by-sampler", caption: `${metric().title}, ${metricView().where}`, columns, rows });
  return true;
}

function drawDeltas(part) {
  const { deltas, control } = view();
  if (deltas === null) return false;
  const columns = [{ title: "Method" }, ...deltas.metrics.flatMap((index) => {
    const { short, label } = report.metrics[index];
    const difference = { title: "Δ", number: true, tip: `${label}: difference from ${control}` };
    return [{ title: short, number: true, tip: label }, difference];
  })];
  const all = rowsOf(deltas.rows);
  const rows = view().methods.map((method) => [
    methodEntry(method), ...all.filter((row) => row.method === method).flatMap(deltaEntries),
  ]);
  const inner = addChart(part, hint(`Each metric and its difference from ${control}, ${deltas.where}; fractions in percent.`));
  drawTable(inner, { id: "delta-table", caption: `Differences from ${control}`, columns, rows });
  return true;
}

function deltaEntries({ method, metric: index, mean, delta, change }) {
  const { unit } = report.metrics[index];
  const style = { class: change || "muted" };
  return [numberEntry(mean, unit), isControl(method) ? entry("", null) : entry(shown(delta, unit, true), delta, style)];
}

function drawExperts(part) {
  if (view().experts === null) return false;
  const columns = [
    { title: "Method" },
    { title: "Entropy of the gate", number: true, tip: report.texts.entropy },
    { title: "Disagreement, %", number: true, tip: report.texts.disagreement },
    { title: "Cells", number: true },
  ];
  const rows = rowsOf(view().expert_use).map(({ method, entropy, disagreement, cells }) => [
    methodEntry(method), numberEntry(entropy, "number"),
    numberEntry(disagreement, "fraction"), numberEntry(cells, "count"),
  ]);
  const inner = addChart(part, hint(report.texts.experts));
  draw(inner, view().experts, { layout: (width) => panelSizes(width, report.blanks.groups.length) });
  drawTable(addChart(part), { id: "gate-table", caption: "Gate and experts, means over cells", columns, rows });
  return true;
}
