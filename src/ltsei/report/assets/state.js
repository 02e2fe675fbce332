"use strict";
// The page's data, what the reader has chosen, and how numbers and elements are written.
// Text reaches the page through text nodes and attributes only, never as markup.

const report = JSON.parse(document.getElementById("data").textContent);
const state = { metric: 0, condition: 0, block: "", show: "mean", method: 0, seed: 0, counts: false, sort: null };
const UNDEFINED = "–";
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

/** Return a value in the unit in which its metric is shown: fractions in percent. */
function scaled(value, metric) {
  return value === null ? null : value * (metric.unit === "fraction" ? 100 : 1);
}

/** Return the text of a value, undefined as a dash. */
function shown(value, metric, sign = false) {
  if (value === null || value === undefined) return UNDEFINED;
  const digits = { fraction: 1, number: 3, count: Number.isInteger(value) ? 0 : 1 }[metric.unit];
  const text = scaled(value, metric).toFixed(digits);
  return (sign && Number(text) > 0 ? "+" : "") + text.replace("-", "−");
}

function meanText([mean, sd], metric) {
  return shown(mean, metric) + (sd === null ? "" : ` ± ${shown(sd, metric)}`);
}

function metricTitle(metric) {
  return metric.label + (metric.unit === "fraction" ? ", %" : "");
}

function inBlock(cell) {
  return state.block === "" || cell.blocks.includes(state.block);
}

/** Return the planned cells of one entry of the matrix, missing ones included. */
function planned(condition, method) {
  return report.cells.filter((cell) => cell.condition === condition && cell.method === method && inBlock(cell));
}

function isMissing(cell) {
  return cell.values === undefined;
}

function shownMethods() {
  return report.methods.map((_, index) => index).filter((index) =>
    report.cells.some((cell) => cell.method === index && inBlock(cell)));
}

function shownConditions() {
  return report.conditions.map((_, index) => index).filter((index) =>
    report.cells.some((cell) => cell.condition === index && inBlock(cell)));
}

/** Return the address of a cell within the page. */
function cellAddress(condition, method, seed) {
  const { dataset, ir } = report.conditions[condition];
  return "#cell=" + [dataset, ir, report.methods[method].name, seed].map(encodeURIComponent).join("/");
}

/** Return the cell that an address names, undefined if none. */
function addressedCell(address) {
  return report.cells.find((cell) => cellAddress(cell.condition, cell.method, cell.seed) === address);
}
