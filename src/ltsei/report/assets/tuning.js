"use strict";
// Tuning: what tuned methods gain over their default recipe, and what their searches show.

function drawTuning() {
  const holder = byId("tuning-body");
  clearCharts(holder);
  if (!rowsOf(metricView().tuned).length) {
    holder.append(hint(report.texts.not_tuned));
    return;
  }
  const { searches } = view();
  drawTuned(holder);
  if (searches === null) return;
  const notes = searches.warnings.map((text) => element("li", {}, text));
  holder.append(element("h2", {}, "What deserves a look"),
    notes.length ? element("ul", { class: "warning" }, ...notes) : hint(report.texts.no_warnings));
  const chart = element("div", { class: "chart" });
  holder.append(element("h2", {}, "Expected best score against the number of trials"), hint(report.texts.expected_best), chart);
  const count = searches.responses.length;
  draw(chart, searches.expected, { layout: (width) => ({ legend: legend(width, count, report.sizes.label_limit) }) });
  drawResponses(holder, searches);
  drawChosen(holder, rowsOf(searches.chosen));
}

/** Draw every method as it is and tuned, over all shown conditions and under each. */
function drawTuned(holder) {
  const about = view().searches?.about ?? "";
  const table = element("div", {});
  holder.append(element("h2", {}, "Default recipe and tuned"), hint(`${report.texts.tuned} ${about}`), table);
  const columns = [
    { title: "Method" }, { title: "Condition" }, { title: "Default", number: true }, { title: "Tuned", number: true },
    { title: metric().difference, number: true, tip: report.texts.tuned_difference },
    { title: "95 % interval", number: true }, { title: "Trials", number: true, tip: report.texts.trials },
    { title: "Time, default", number: true }, { title: "Time, tuned", number: true, tip: report.texts.tuned_time },
  ];
  const alone = state.condition === null && shownConditions().length > 1
    ? block().views.filter(({ condition }) => condition !== null) : [];
  const rows = [view(), ...alone].flatMap(({ metrics }) => {
    const { tuned, where } = metrics[state.metric];
    return rowsOf(tuned).map((row) => tunedEntries(row, where));
  });
  const caption = `${metric().title}, default recipe and tuned`;
  drawTable(table, { id: "tuned-table", caption, columns, rows, paged: alone.length > 0 });
}

function tunedEntries(row, where) {
  const { unit } = metric();
  return [
    methodEntry(row.method), where, numberEntry(row.default_mean, unit), numberEntry(row.tuned_mean, unit),
    numberEntry(row.difference, unit, true), entry(intervalText(row) || UNDEFINED, row.low),
    numberEntry(row.trials, "count"), entry(row.default_time, row.default_seconds), entry(row.tuned_time, row.tuned_seconds),
  ];
}

/** Draw the response of each parameter of one method, small multiples. */
function drawResponses(holder, { responses }) {
  const methods = responses.map(({ method }) => method);
  const chosen = methods.includes(state.searched) ? state.searched : methods[0];
  const select = element("select", { onchange: ({ target }) => chooseSearched(Number(target.value)) });
  options(select, methods.map((method) => [method, report.methods[method].label]), chosen);
  const charts = element("div", { class: "charts" });
  holder.append(element("h2", {}, "Response to each parameter"), element("label", { class: "inline" }, "Method", select),
    hint(report.texts.responses), charts);
  for (const chart of responses.find(({ method }) => method === chosen).charts) {
    const inner = element("div", {});
    charts.append(inner);
    draw(inner, chart);
  }
}

function chooseSearched(method) {
  state.searched = method;
  showTab(state.tab);
  remember();
}

function drawChosen(holder, chosen) {
  const table = element("div", {});
  holder.append(element("h2", {}, "Chosen parameters"), hint(report.texts.chosen), table);
  const columns = [
    { title: "Method" }, { title: "Condition" }, { title: "Parameter" }, { title: "Default", number: true },
    { title: "Range" }, { title: "Chosen: median", number: true }, { title: "Quartiles" },
    { title: "Default recipe chosen, %", number: true }, { title: "At the edge, %", number: true },
    { title: "Searches", number: true },
  ];
  const rows = chosen.map((row) => [
    methodEntry(row.method), row.condition, row.parameter, entry(row.default, Number(row.default)), row.range,
    entry(row.median, Number(row.median)), row.quartiles, numberEntry(row.default_share, "fraction"),
    numberEntry(row.edge_share, "fraction"), numberEntry(row.searches, "count"),
  ]);
  drawTable(table, { id: "chosen-table", caption: "Chosen parameters by method and condition", columns, rows, paged: true });
}
