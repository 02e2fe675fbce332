"use strict";
// Charts: fill the blanks of a specification, embed it, draw it again when the theme changes.

const darkness = window.matchMedia("(prefers-color-scheme: dark)");
const NARROW = 600; // pixels below which a legend stands under its chart
const drawn = new Map(); // holder -> {view, draw, sized}

/** Return `spec` with every text "@name" replaced by blanks.name. */
function fill(spec, blanks) {
  if (Array.isArray(spec)) return spec.map((item) => fill(item, blanks));
  if (spec !== null && typeof spec === "object") {
    return Object.fromEntries(Object.entries(spec).map(([key, value]) => [key, fill(value, blanks)]));
  }
  return typeof spec === "string" && spec.startsWith("@") ? blanks[spec.slice(1)] : spec;
}

/** Draw chart `name` into `holder`, in place of what it holds; `blanks` may be a function of the holder's width. */
function draw(holder, name, blanks, renderer = "svg") {
  const forget = () => drawn.get(holder)?.view?.finalize();
  const again = async () => {
    forget();
    const sized = typeof blanks === "function";
    const entry = { view: null, draw: again, sized };
    drawn.set(holder, entry);
    const theme = darkness.matches ? "dark" : "light";
    const common = {
      width: "container",
      groups: report.groups,
      group_colors: report.group_colors,
      label_limit: Math.min(report.label_limit, 0.36 * holder.clientWidth),
      ...shades(theme),
    };
    const own = sized ? blanks(holder.clientWidth) : blanks;
    const result = await vegaEmbed(holder, fill(report.charts[name], { ...common, ...own }), {
      actions: { export: true, source: false, compiled: false, editor: false },
      config: report.themes[theme],
      downloadFileName: name,
      mode: "vega-lite",
      renderer,
      tooltip: { theme },
    });
    if (drawn.get(holder) === entry) entry.view = result;
    else result.finalize();
  };
  again();
}

function shades(theme) {
  return theme === "dark"
    ? { low: "#1b2026", high: "#74b6ee", on_high: "#0d1115", on_low: "#d6dae0" }
    : { low: "#f6f8fa", high: "#0a4a82", on_high: "#ffffff", on_low: "#2b3036" };
}

/** Empty a holder of several charts and forget them. */
function clearCharts(holder) {
  for (const [inner, entry] of drawn) {
    if (holder.contains(inner)) {
      entry.view?.finalize();
      drawn.delete(inner);
    }
  }
  holder.replaceChildren();
}

darkness.addEventListener("change", () => {
  for (const entry of drawn.values()) entry.draw();
});
window.addEventListener("resize", () => {
  for (const entry of drawn.values()) if (entry.sized) entry.draw();
});

/** Return one chart row: mean and one standard deviation to either side, in the unit shown. */
function meanRow(method, [mean, sd, n], metric) {
  const [low, high] = mean === null ? [null, null] : [mean - (sd ?? 0), mean + (sd ?? 0)];
  return {
    method: report.methods[method].label,
    color: report.methods[method].color,
    mean: scaled(mean, metric),
    low: scaled(low, metric),
    high: scaled(high, metric),
    text: meanText([mean, sd], metric),
    n,
  };
}

/** Return the legend of methods: `columns` beside the chart where there is room, else one column under it. */
function legend(width, columns) {
  const place = width < NARROW
    ? { orient: "bottom", columns: 1, labelLimit: width - 60 }
    : { orient: "right", columns, labelLimit: Math.min(report.label_limit, 0.3 * width / columns) };
  return { symbolStrokeWidth: 0, symbolLimit: 0, ...place };
}

function drawAgainstRatio() {
  const metric = report.metrics[state.metric];
  const { dataset } = report.conditions[state.condition];
  const rows = [];
  for (const condition of shownConditions().filter((index) => report.conditions[index].dataset === dataset)) {
    const { ratio, ir } = report.conditions[condition];
    for (const method of shownMethods()) {
      const triple = report.summaries[state.metric][condition][method];
      if (ratio === null || !triple?.[2] || !planned(condition, method).length) continue;
      rows.push({ ...meanRow(method, triple, metric), ratio, natural: ir === "natural" });
    }
  }
  const methods = shownMethods().map((index) => report.methods[index])
    .filter(({ label }) => rows.some((row) => row.method === label));
  const ticks = [...new Set(rows.map((row) => row.ratio))].sort((a, b) => a - b);
  const several = ticks.length > 1;
  byId("ratio-hint").textContent = rows.length === 0
    ? `No values of this metric on ${dataset}.`
    : `${metric.label} on ${dataset}${metric.unit === "fraction" ? ", in percent" : ""}. ` + (several
      ? "Line: mean over seeds, band: one standard deviation; a natural ratio stands alone. A legend entry singles out its method, Shift adds more."
      : "There is one imbalance ratio. Point: mean over seeds, line: one standard deviation.");
  draw(byId("ratio"), several ? "ratio_lines" : "ratio_dots", (width) => ({
    rows,
    ticks,
    height: 24 * methods.length,
    metric: metricTitle(metric),
    labels: methods.map((method) => method.label),
    colors: methods.map((method) => method.color),
    dashes: methods.map((method) => method.dash),
    shapes: methods.map((method) => method.shape),
    legend: legend(width, Math.ceil(methods.length / 20)),
  }));
}

function drawGroups() {
  const metrics = report.groups.map((group) => report.metrics.findIndex(({ name }) => name === `${group}_accuracy`));
  const rows = [];
  for (const method of shownMethods().filter((index) => planned(state.condition, index).length)) {
    const triples = metrics.map((metric) => report.summaries[metric]?.[state.condition][method] ?? [null, null, 0]);
    if (triples.every(([, , n]) => n === 0)) continue; // missing, which is not undefined
    for (const [index, group] of report.groups.entries()) {
      rows.push({ ...meanRow(method, triples[index], { unit: "fraction" }), group });
    }
  }
  const { title } = report.conditions[state.condition];
  draw(byId("groups"), "groups", () => ({ rows, title, height: 12 * rows.length }));
}

function drawClasses() {
  const holder = byId("classes");
  clearCharts(holder);
  const { dataset } = report.conditions[state.condition];
  for (const condition of report.conditions.filter((other) => other.dataset === dataset && other.classes.length)) {
    const inner = element("div", {});
    holder.append(inner);
    const title = `${condition.title} (max/min ${condition.realised}, seed ${condition.seed})`;
    draw(inner, "classes", { rows: condition.classes, title });
  }
  if (!holder.children.length) holder.append(element("p", { class: "hint" }, "No split has been made yet."));
}
