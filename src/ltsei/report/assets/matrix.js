"use strict";
// The matrix: one row per method, one column per data set and imbalance ratio.

function drawMatrix() {
  const metric = report.metrics[state.metric];
  const matrix = (state.show === "mean" ? report.summaries : report.differences)[state.metric] ?? [];
  const conditions = shownConditions();
  const methods = sortedMethods(shownMethods(), matrix);
  const caption = state.show === "mean"
    ? metricTitle(metric)
    : `${metricTitle(metric)}: difference to ${baselineLabel()}, paired by seed`;
  const body = methods.map((method) => matrixRow(method, conditions, matrix, metric));
  byId("matrix").replaceChildren(
    element("caption", {}, caption + (metric?.better === "low" ? " (lower is better)" : "")),
    element("thead", {}, ...matrixHead(conditions)),
    element("tbody", {}, ...body),
  );
  for (const [place, condition] of conditions.entries()) mark(body, place, condition, methods, matrix, metric);
}

function baselineLabel() {
  return report.methods.find(({ name }) => name === report.baseline)?.label ?? "";
}

function matrixHead(conditions) {
  const spans = new Map();
  for (const index of conditions) {
    const { dataset } = report.conditions[index];
    spans.set(dataset, (spans.get(dataset) ?? 0) + 1);
  }
  const datasets = [...spans].map(([name, span]) =>
    element("th", { scope: "colgroup", colspan: span, class: "dataset" }, name));
  const ratios = conditions.map((index) => {
    const { ir, title } = report.conditions[index];
    return sortable(index, ir === "natural" ? "natural" : `ratio ${ir}`, `Sort by ${title}`, "number");
  });
  return [
    element("tr", {}, element("td", { class: "corner" }), element("td", { class: "corner" }), ...datasets),
    element("tr", {}, sortable("label", "Method", "Sort by method"), sortable("kind", "Kind", "Sort by kind"), ...ratios),
  ];
}

/** Return a heading which sorts by `key`: an index of a condition, "label" or "kind". */
function sortable(key, text, description, style = null) {
  const sorted = state.sort?.key === key ? state.sort.direction : "none";
  const sort = () => {
    const first = typeof key === "number" && report.metrics[state.metric].better !== "low" ? "descending" : "ascending";
    const other = first === "ascending" ? "descending" : "ascending";
    // Third click: back to the order of the configuration.
    state.sort = sorted === "none" ? { key, direction: first } : sorted === first ? { key, direction: other } : null;
    drawMatrix();
    byId("matrix").querySelector(`[data-key="${key}"]`).focus();
  };
  return element("th", { scope: "col", class: style, "aria-sort": sorted },
    element("button", { type: "button", title: description, "data-key": key, onclick: sort }, text));
}

/** Return methods in the chosen order; undefined and missing stay last in either direction. */
function sortedMethods(methods, matrix) {
  if (state.sort === null) return methods;
  const { key, direction } = state.sort;
  const turn = direction === "ascending" ? 1 : -1;
  const value = (method) => (typeof key === "number" ? matrix[key][method]?.[0] ?? null : report.methods[method][key]);
  return [...methods].sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === null || y === null) return (x === null) - (y === null);
    return turn * (typeof x === "string" ? x.localeCompare(y) : x - y);
  });
}

function matrixRow(method, conditions, matrix, metric) {
  const { label, kind, color } = report.methods[method];
  const swatch = element("span", { class: "swatch", style: `background:${color}`, "aria-hidden": "true" });
  return element("tr", {},
    element("th", { scope: "row" }, swatch, ...breakable(label)),
    element("td", { class: "muted" }, kind),
    ...conditions.map((condition) => matrixEntry(condition, method, matrix[condition]?.[method], metric)));
}

/** Return a name which may break after its underscores. */
function breakable(name) {
  return name.split("_").flatMap((part, index) => (index ? ["_", element("wbr", {}), part] : [part]));
}

function matrixEntry(condition, method, triple, metric) {
  const cells = planned(condition, method);
  if (!triple || !cells.length) return element("td", { class: "number" });
  const present = cells.filter((cell) => !isMissing(cell));
  if (!present.length) return element("td", { class: "number muted" }, "missing");
  const [mean, sd, n] = triple;
  const seeds = present.map((cell) => cell.seed).join(", ");
  const number = element("a", { href: cellAddress(condition, method, present[0].seed), title: n === 0 ? "Undefined" : `Seeds ${seeds}` },
    element("span", { class: "mean" }, shown(mean, metric, state.show === "difference")),
    element("span", { class: "spread" }, sd === null ? "" : ` ± ${shown(sd, metric)}`));
  if (n === 0) return element("td", { class: "number" }, number);
  const text = `n ${n}` + (n === cells.length ? "" : `/${cells.length}`);
  const tip = n === 1 ? "A single seed: no spread is known" : `Defined in ${n} of ${cells.length} seeds`;
  return element("td", { class: "number" }, number,
    element("span", { class: n === 1 ? "n single" : "n", title: tip }, text));
}

/** Mark best and second best of a column, as far as the shown digits tell values apart. */
function mark(body, place, condition, methods, matrix, metric) {
  if (!metric?.better) return;
  const texts = methods.map((method) => matrix[condition]?.[method]?.[0] ?? null)
    .map((mean) => (mean === null ? null : Number(shown(mean, metric).replace("−", "-"))));
  const turn = metric.better === "low" ? 1 : -1;
  const ranking = [...new Set(texts.filter((value) => value !== null))].sort((a, b) => turn * (a - b));
  if (ranking.length < 2) return;
  for (const [row, value] of texts.entries()) {
    const mean = body[row].children[place + 2].querySelector(".mean");
    if (value !== null && mean && ranking.indexOf(value) < 2) mean.classList.add(value === ranking[0] ? "best" : "second");
  }
}
