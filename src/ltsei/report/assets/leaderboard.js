"use strict";
// Leaderboard: every method with its numbers, its difference from the control, and its cost.

function drawLeaderboard() {
  drawRanking();
  drawOthers();
  drawPareto();
}

function kindsShown() {
  return [...new Set(view().methods.map((method) => report.methods[method].kind))];
}

function drawRanking() {
  const conditions = shownConditions().map((each) => ({
    ...each,
    coverage: rowsByMethod(each.coverage),
    means: rowsByMethod(block().metrics[state.metric].means[each.position]),
  }));
  const { tests, ranks } = metricView();
  const compared = tests && view().controls.length ? rowsByMethod(tests.comparisons) : null;
  const [ranking, costs] = [rowsByMethod(ranks), rowsByMethod(view().costs)];
  byId("ranking-hint").textContent = `${report.texts.leaderboard} ${tests?.significance_hint ?? ""}`;
  const methods = shownMethods().filter((method) => state.kind === "" || report.methods[method].kind === state.kind);
  const rows = methods.map((method) => [
    ...placeEntries(ranking.get(method)), methodEntry(method), report.methods[method].kind,
    ...conditions.map((each) => meanEntry(each.coverage.get(method), each.means.get(method))),
    ...(compared ? comparisonEntries(method, compared.get(method)) : []),
    entry(costs.get(method).time, costs.get(method).seconds),
    entry(costs.get(method).size, costs.get(method).parameters),
  ]);
  drawTable(byId("ranking"), {
    id: "leaderboard-table", caption: `${metric().title}${metric().better === "low" ? " (lower is better)" : ""}`,
    columns: rankingColumns(conditions, compared), rows, order: ranking.size ? [[0, "asc"]] : [],
  });
}

/** Draw the results of others under the conditions shown, apart from the ranking: they have no place in it. */
function drawOthers() {
  const conditions = shownConditions();
  const numbers = ({ numbers: all }) => conditions.map(({ position }) => all[position]);
  const others = block().metrics[state.metric].others.filter((row) => numbers(row).some((each) => each !== null));
  byId("others-part").hidden = !others.length;
  byId("others-hint").textContent = report.texts.others;
  const columns = [{ title: "Method" }, { title: "Origin" },
    ...conditions.map(({ name }) => ({ title: `${metric().short}, ${name}`, number: true }))];
  const rows = others.map((row) => [row.method, row.origin, ...numbers(row).map(otherEntry)]);
  byId("others").replaceChildren(plainTable({ label: "Results of others", columns, rows, style: "plain others" }));
}

function otherEntry(number) {
  if (number === null) return "";
  const [mean, sd] = number;
  return element("span", {}, shown(mean, metric().unit), element("span", { class: "spread" }, spreadText(sd, metric().unit)));
}

function rankingColumns(conditions, compared) {
  const means = conditions.map(({ condition, name }) =>
    ({ title: `${metric().short}, ${name}`, number: true, tip: report.conditions[condition].title }));
  const differences = [
    { title: `Δ vs ${view().control}`, number: true, tip: report.texts.difference },
    { title: "p (corrected)", number: true, tip: report.texts.corrected_p },
  ];
  return [
    { title: "Place", number: true, tip: report.texts.place },
    ...(conditions.length > 1 ? [{ title: "Average rank", number: true, tip: report.texts.average_rank }] : []),
    { title: "Method", head: true }, { title: "Kind" },
    ...means,
    ...(compared ? differences : []),
    { title: "Time", number: true, tip: report.texts.time },
    { title: "Parameters", number: true },
  ];
}

/** Return the place by the mean, and over several conditions the average rank. */
function placeEntries(row) {
  const place = numberEntry(row?.place, "count");
  return shownConditions().length > 1 ? [place, numberEntry(row?.rank, "rank")] : [place];
}

/** Return the entry of a method under a condition, from its planned cells and its mean. */
function meanEntry(coverage, summary) {
  if (!coverage) return entry("", null);
  if (coverage.missing) return entry(coverage.missing, null, { class: "muted" });
  const { mean, sd, n, mark } = summary;
  const address = cellAddress(report.cells[coverage.cell]);
  const number = element("a", { href: address, title: n ? `Seeds ${coverage.seeds}` : "Undefined" },
    element("span", { class: mark || null }, shown(mean, metric().unit)),
    element("span", { class: "spread" }, spreadText(sd, metric().unit)));
  if (!n) return entry([number], null);
  const tip = n === 1 ? report.texts.single_seed : `Defined in ${n} of ${coverage.planned} seeds`;
  const count = `n ${n}${n === coverage.planned ? "" : `/${coverage.planned}`}`;
  return entry([number, element("span", { class: n === 1 ? "n single" : "n", title: tip }, count)], mean);
}

/** Return a standard deviation; nothing where it is unknown, or for a count that all seeds share. */
function spreadText(sd, unit) {
  return sd === null || (unit === "count" && sd === 0) ? "" : ` ± ${shown(sd, unit)}`;
}

function comparisonEntries(method, row) {
  if (isControl(method)) return [entry("control", 0, { class: "muted" }), entry("", null)];
  if (!row) return [entry(UNDEFINED, null), entry(UNDEFINED, null)];
  return [entry(`${shown(row.mean, metric().unit, true)} ${intervalText(row)}`.trim(), row.mean), adjustedEntry(row)];
}

/** Return the corrected p, with a triangle up or down if the method is significantly better or worse. */
function adjustedEntry({ adjusted, verdict, n }) {
  const sign = { better: " ▲", worse: " ▼" }[verdict] ?? "";
  return entry(`${shown(adjusted, "p")}${sign}`, adjusted, { title: `${n} pairs ${verdict && `significantly ${verdict}`}`.trim() });
}

function intervalText({ low, high }) {
  return low === null ? "" : `[${shown(low, metric().unit, true)}, ${shown(high, metric().unit, true)}]`;
}

function drawPareto() {
  const { pareto, pareto_hints: hints } = metricView();
  byId("pareto-hint").textContent = hints[state.cost];
  if (pareto[state.cost] === null) clearCharts(byId("pareto"));
  else draw(byId("pareto"), pareto[state.cost]);
}
