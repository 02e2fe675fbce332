"use strict";
// What the reader has chosen, and how numbers and elements are written.
// Text reaches the page through text nodes and attributes only, never as markup.

const report = window.report;
const state = {
  tab: "overview", block: 0, metric: 0, condition: null, kind: "", cost: "seconds", counts: false,
  a: null, b: null, // places of the cells that are looked at
};
const UNDEFINED = "–";
const FRACTION = { unit: "fraction" };
const SIGNIFICANCE = 0.05;
const embedded = window.self !== window.top; // in a frame, as in Snakemake's report: links to files lead nowhere there

/** Return an element; `attributes` may hold on… listeners, children are nodes or text. */
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

function byId(id) {
  return document.getElementById(id);
}

function hint(text) {
  return element("p", { class: "hint" }, text);
}

/** Return a value in the unit in which its metric is shown: fractions in percent. */
function scaled(value, metric) {
  return value === null ? null : value * (metric.unit === "fraction" ? 100 : 1);
}

/** Return the text of a value, undefined as a dash. */
function shown(value, metric, sign = false) {
  if (value === null || value === undefined) return UNDEFINED;
  const digits = { fraction: 1, number: 3, count: Number.isInteger(value) ? 0 : 1 }[metric.unit];
  const text = scaled(value, metric).toFixed(digits);
  if (Number(text) === 0) return text.replace("-", "");
  return (sign && Number(text) > 0 ? "+" : "") + text.replace("-", "−");
}

function meanText([mean, sd], metric) {
  return shown(mean, metric) + (sd === null ? "" : ` ± ${shown(sd, metric)}`);
}

function metricTitle(metric) {
  return metric.label + (metric.unit === "fraction" ? ", %" : "");
}

/** Return the name of a metric's differences. */
function differenceTitle(metric) {
  return `Difference in ${metric.label}` + (metric.unit === "fraction" ? ", points" : "");
}

function metricIndex(name) {
  return report.metrics.findIndex((metric) => metric.name === name);
}

/** Return a metric's name within a sentence. */
function inSentence(metric) {
  return metric.label[0].toLowerCase() + metric.label.slice(1);
}

/** Return a p-value for readers. */
function pText(p) {
  if (p === null || p === undefined) return UNDEFINED;
  return p < 0.001 ? "< .001" : p.toFixed(3).replace(/^0/, "");
}

function secondsText(seconds) {
  if (seconds === null) return UNDEFINED;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  return seconds < 3600 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

function block() {
  return report.blocks[state.block];
}

function inBlock(cell) {
  return block().name === "" || cell.blocks.includes(block().name);
}

function isDone(cell) {
  return cell.values !== undefined;
}

/** Return the cells of the block under the chosen data set and ratio, or under all of them. */
function shownCells() {
  return report.cells.filter((cell) => inBlock(cell) && (state.condition === null || cell.condition === state.condition));
}

/** Return the planned cells of one entry of the matrix, missing ones included. */
function planned(condition, method) {
  return report.cells.filter((cell) => cell.condition === condition && cell.method === method && inBlock(cell));
}

function shownMethods() {
  const here = new Set(shownCells().map(({ method }) => method));
  return report.methods.map((_, index) => index).filter((index) => here.has(index));
}

function blockConditions() {
  const here = new Set(report.cells.filter(inBlock).map(({ condition }) => condition));
  return report.conditions.map((_, index) => index).filter((index) => here.has(index));
}

function shownConditions() {
  return state.condition === null ? blockConditions() : [state.condition];
}

/** Return the statistics of what is shown. */
function scope() {
  const alone = state.condition !== null && blockConditions().length > 1 ? state.condition : null;
  return report.scopes.find((each) => each.block === block().name && each.condition === alone);
}

/** Return the statistics of the chosen metric, undefined where none are made of it. */
function analysis() {
  return scope()?.analyses[report.tested.indexOf(state.metric)];
}

/** Return [mean, sd, n] over the seeds of the block; undefined where it has no such cell, or there is no such metric. */
function summary(metric, condition, method) {
  return report.summaries[state.block][metric]?.[condition][method] ?? undefined;
}

/** Return the method of the scope whose results a method shows: itself, or the first of several names for them. */
function namesake(method) {
  const { canonical } = report.methods[method];
  return scope()?.methods.find((other) => report.methods[other].canonical === canonical) ?? method;
}

/** Return what the shown numbers are about, for titles. */
function whereText() {
  const conditions = shownConditions();
  return conditions.length === 1 ? report.conditions[conditions[0]].title : `mean over ${conditions.length} data sets and ratios`;
}

/** Return a metric's mean over the shown conditions, each a mean over seeds; null unless all of them are defined. */
function meanOver(method, metric) {
  const means = shownConditions().map((condition) => summary(metric, condition, method)?.[0] ?? null);
  return means.includes(null) || !means.length ? null : means.reduce((sum, value) => sum + value, 0) / means.length;
}

/** Return the address of a cell within the page. */
function cellAddress({ condition, method, seed }) {
  const { dataset, ir } = report.conditions[condition];
  return "#cell=" + [dataset, ir, report.methods[method].name, seed].map(encodeURIComponent).join("/");
}

/** Return the cell that an address names, undefined if none. */
function addressedCell(address) {
  return report.cells.find((cell) => cellAddress(cell) === address);
}

function cellTitle({ condition, method, seed }) {
  return `${report.methods[method].label}, ${report.conditions[condition].title}, seed ${seed}`;
}

/** Return a name which may break after its underscores. */
function breakable(name) {
  return name.split("_").flatMap((part, index) => (index ? ["_", element("wbr", {}), part] : [part]));
}

/** Return a method's name with its colour. */
function methodName(method) {
  const { label, color } = report.methods[method];
  return [element("span", { class: "swatch", style: `background:${color}`, "aria-hidden": "true" }), ...breakable(label)];
}
