"use strict";
// Leaderboard: every method with its numbers, its difference to the control, and its cost.

const NAMED_POINTS = 16; // so many points of a chart have room for their names

function drawLeaderboard() {
  drawRanking();
  drawPareto();
}

function kindsShown() {
  return [...new Set(shownMethods().map((method) => report.methods[method].kind))];
}

function rankedMethods() {
  return shownMethods().filter((method) => state.kind === "" || report.methods[method].kind === state.kind);
}

function drawRanking() {
  const metric = report.metrics[state.metric];
  const conditions = shownConditions();
  const control = scope()?.control ?? null;
  const found = analysis();
  const methods = rankedMethods();
  byId("ranking-hint").textContent = rankingHint(control, found);
  const columns = [
    { title: "Rank", number: true, tip: conditions.length > 1 ? "Average rank over data sets and ratios; 1 is best" : "By the mean; 1 is best" },
    { title: "Method", head: true }, { title: "Kind" },
    ...conditions.map((index) => ({ title: `${metric.short || metric.label}, ${conditionName(index)}`, number: true, tip: report.conditions[index].title })),
    ...(found ? [
      { title: `Δ to ${report.methods[control]?.label}`, number: true, tip: "Mean of paired differences with its 95 % interval; for methods with results under each of the data sets and ratios shown" },
      { title: "p (Holm)", number: true, tip: "Wilcoxon signed-rank test against the control, corrected for all comparisons" },
    ] : []),
    { title: "Time", number: true, tip: "Wall time of the trainings and steps of one cell, shared ones included, mean over cells" },
    { title: "Parameters", number: true },
  ];
  const marks = conditions.map((condition) => bestAndSecond(methods, condition, metric));
  const rows = methods.map((method) => [
    rankEntry(method, found),
    entry(methodName(method), report.methods[method].label),
    report.methods[method].kind,
    ...conditions.map((condition, place) => meanEntry(condition, method, metric, marks[place])),
    ...(found ? comparisonEntries(method, control, found, metric) : []),
    costEntry(method, "seconds"), costEntry(method, "parameters"),
  ]);
  drawTable(byId("ranking"), { id: "leaderboard-table", caption: metricTitle(metric) + (metric.better === "low" ? " (lower is better)" : ""), columns, rows, order: found?.friedman || conditions.length === 1 ? [[0, "asc"]] : [] });
}

function rankingHint(control, found) {
  const text = "Mean ± standard deviation over n seeds; fractions in percent. Best in bold, second best underlined; “–” is undefined; an outlined n marks a single seed. A number leads to its cells, a heading sorts.";
  if (!found || control === null) return text;
  const least = found.smallest_p === null ? "" : ` The least corrected p that these pairs could reach is ${pText(found.smallest_p)}${found.smallest_p > SIGNIFICANCE ? ": no difference can be significant here, whatever its size" : ""}.`;
  return `${text} ★ marks a difference to ${report.methods[control].label} with corrected p < .05.${least}`;
}

function conditionName(index) {
  const { dataset, ir } = report.conditions[index];
  const several = new Set(blockConditions().map((other) => report.conditions[other].dataset)).size > 1;
  return (several ? `${dataset}, ` : "") + (ir === "natural" ? "natural" : `ratio ${ir}`);
}

/** Return the average rank of a method; under a single condition its place by the mean. */
function rankOf(method, found) {
  const place = found?.friedman ? found.ranked.indexOf(namesake(method)) : -1;
  if (place >= 0) return found.friedman.ranks[place];
  if (found?.friedman || shownConditions().length !== 1) return null;
  const means = shownMethods().map((other) => meanOver(other, state.metric));
  const own = meanOver(method, state.metric);
  const { better } = report.metrics[state.metric];
  if (own === null || !better) return null;
  return 1 + means.filter((mean) => mean !== null && (better === "low" ? mean < own : mean > own)).length;
}

function rankEntry(method, found) {
  const rank = rankOf(method, found);
  return entry(rank === null ? UNDEFINED : Number.isInteger(rank) ? String(rank) : rank.toFixed(1), rank);
}

function meanEntry(condition, method, metric, marks) {
  const cells = planned(condition, method);
  const triple = summary(state.metric, condition, method);
  if (!cells.length) return entry("", null);
  const present = cells.filter(isDone);
  if (!present.length) return entry(cells[0].status, null, { class: "muted" });
  const [mean, sd, n] = triple;
  const seeds = present.map(({ seed }) => seed).join(", ");
  const number = element("a", { href: cellAddress(present[0]), title: n ? `Seeds ${seeds}` : "Undefined" },
    element("span", { class: marks.get(method) ?? null }, shown(mean, metric)),
    element("span", { class: "spread" }, sd === null ? "" : ` ± ${shown(sd, metric)}`));
  if (!n) return entry([number], null);
  const tip = n === 1 ? "A single seed: no spread is known" : `Defined in ${n} of ${cells.length} seeds`;
  const count = element("span", { class: n === 1 ? "n single" : "n", title: tip }, `n ${n}${n === cells.length ? "" : `/${cells.length}`}`);
  return entry([number, count], mean);
}

/** Return method -> "best" or "second" under a condition, as far as the shown digits tell values apart. */
function bestAndSecond(methods, condition, metric) {
  const marks = new Map();
  if (!metric.better) return marks;
  const values = new Map(methods.map((method) => [method, summary(state.metric, condition, method)?.[0] ?? null])
    .filter(([, mean]) => mean !== null).map(([method, mean]) => [method, Number(shown(mean, metric).replace("−", "-"))]));
  const turn = metric.better === "low" ? 1 : -1;
  const ranking = [...new Set(values.values())].sort((a, b) => turn * (a - b));
  if (ranking.length < 2) return marks;
  for (const [method, value] of values) {
    const place = ranking.indexOf(value);
    if (place < 2) marks.set(method, place ? "second" : "best");
  }
  return marks;
}

function comparisonEntries(method, control, found, metric) {
  const same = namesake(method);
  if (same === control) return [entry("control", 0, { class: "muted" }), entry("", null)];
  const compared = found.comparisons[same];
  if (!compared?.n) return [entry(UNDEFINED, null), entry(UNDEFINED, null)];
  const mark = isSignificant(compared) ? " ★" : "";
  return [
    entry(`${shown(compared.mean, metric, true)}${intervalText(compared, metric)}`, compared.mean),
    entry(pText(compared.adjusted) + mark, compared.adjusted, { title: `${compared.n} pairs` }),
  ];
}

function isSignificant({ adjusted }) {
  return adjusted !== null && adjusted < SIGNIFICANCE;
}

function intervalText({ low, high }, metric) {
  return low === null ? "" : ` [${shown(low, metric, true)}, ${shown(high, metric, true)}]`;
}

/** Return the mean cost of a method's shown cells: seconds of wall time, or parameters. */
function costOf(method, cost) {
  const cells = shownCells().filter((cell) => cell.method === method && isDone(cell));
  const parameters = metricIndex("num_parameters");
  const values = cells.map((cell) => (cost === "seconds" ? cell.seconds : cell.values[parameters] ?? null)).filter((value) => value !== null);
  return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
}

function costEntry(method, cost) {
  const value = costOf(method, cost);
  if (value === null) return entry(UNDEFINED, null);
  return entry(cost === "seconds" ? secondsText(value) : Math.round(value).toLocaleString("en"), value);
}

function drawPareto() {
  const metric = report.metrics[state.metric];
  const found = rankedMethods().map((method) => ({ method, value: meanOver(method, state.metric), cost: costOf(method, state.cost) }))
    .filter(({ value, cost }) => value !== null && cost !== null && cost > 0);
  const turn = metric.better === "low" ? -1 : 1;
  const rows = found.map(({ method, value, cost }) => ({
    label: report.methods[method].label, color: report.methods[method].color, shape: report.methods[method].shape, cost, value: scaled(value, metric),
    text: shown(value, metric),
    front: Boolean(metric.better) && !found.some((other) => other.cost <= cost && turn * other.value >= turn * value && (other.cost < cost || other.value !== value)),
  }));
  for (const row of rows) row.named = row.front || rows.length <= NAMED_POINTS;
  byId("pareto-hint").textContent = rows.length
    ? `${metricTitle(metric)}, ${whereText()}.${metric.better ? " The line joins the methods that no other beats at the same or a lower cost." : ""}`
    : "No method has both a value and a known cost.";
  if (!rows.length) clearCharts(byId("pareto"));
  else draw(byId("pareto"), "pareto", { rows, steps: "step-after", metric: metricTitle(metric), cost: state.cost === "seconds" ? "Seconds per cell, shared stages included (logarithmic)" : "Parameters (logarithmic)" });
}
