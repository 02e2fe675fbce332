"use strict";
// What the reader has chosen, and which part of the report that picks. Nothing is computed here: see layout.js.
// Text reaches the page through text nodes and attributes only, never as markup.

const report = window.report;
const DEFAULTS = {
  tab: "overview", block: 0, metric: 0, condition: null, kind: "", cost: "seconds",
  control: null, // the method with which others are compared; by default the configured one
  methods: null, find: "", // the methods that are shown: picked ones, and part of a name; by default all
  beside: null, // the method whose classes are compared with the control's
  searched: null, // the tuned method whose trials are shown
  a: null, b: null, // positions of the cells on the tab Cells
};
const COSTS = ["seconds", "parameters"];
const state = { ...DEFAULTS, squares: "share" };
const embedded = window.self !== window.top; // inside Snakemake's report, where links to files lead nowhere

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

function block() {
  return report.blocks[state.block];
}

/** Return what the block shows under the chosen condition, or under all of them, compared with the chosen control. */
function view() {
  return compared(storedView());
}

function storedView() {
  return block().views.find(({ condition }) => condition === state.condition) ?? block().views[0];
}

/** Return a view compared with the chosen control; with the configured one where it has no such comparison. */
function compared(stored) {
  const other = stored.others.find(({ control_method: method }) => method === state.control);
  if (!other) return stored;
  const metrics = stored.metrics.map((each, index) => ({ ...each, ...other.metrics[index] }));
  return { ...stored, ...other, metrics };
}

function metric() {
  return report.metrics[state.metric];
}

/** Return what the view shows of the chosen metric. */
function metricView() {
  return view().metrics[state.metric];
}

/** Return the conditions of the block that are shown, with their positions in it. */
function shownConditions() {
  return block().conditions.map((each, position) => ({ ...each, position }))
    .filter(({ condition }) => state.condition === null || condition === state.condition);
}

function shownCells() {
  return view().cells.map((position) => report.cells[position]);
}

function blockCells() {
  return block().views[0].cells.map((position) => report.cells[position]);
}

function isDone(cell) {
  return cell.values !== undefined;
}

/** Return the cells of the block under a condition, of one method if it is given. */
function cellsUnder(condition, method = null) {
  return blockCells().filter((cell) => cell.condition === condition && (method === null || cell.method === method));
}

function isControl(method) {
  return view().controls.includes(method);
}

function cellTitle({ condition, method, seed }) {
  return `${report.methods[method].label}, ${report.conditions[condition].title}, seed ${seed}`;
}

/** Return a name that may break after its underscores. */
function breakable(name) {
  return name.split("_").flatMap((part, index) => (index ? ["_", element("wbr", {}), part] : [part]));
}

/** Return a method's name with its colour. */
function methodName(method) {
  const { label, color } = report.methods[method];
  const swatch = element("span", { class: "swatch", style: `background:${color}`, "aria-hidden": "true" });
  return [swatch, ...breakable(label)];
}
