"use strict";
// The address of a view: it names everything that the reader has chosen, so that a link shows the same to others.

const CHOSEN = { // name in the address -> what the reader has chosen, as text; nothing by default
  tab: ({ tab }) => tab,
  block: ({ block: index }) => (index === 0 ? "" : blockPath(index)),
  metric: ({ metric: index }) => (index === 0 ? "" : metricPath(index)),
  condition: ({ condition }) => (condition === null ? "" : conditionPath(condition)),
  control: ({ control }) => (control === null ? "" : methodPath(control)),
  methods: ({ methods }) => (methods === null ? "" : methods.map(methodPath).join(",")),
  find: ({ find }) => encodeURIComponent(find),
  kind: ({ kind }) => encodeURIComponent(kind),
  cost: ({ cost }) => (cost === DEFAULTS.cost ? "" : cost),
  beside: ({ beside }) => (beside === null ? "" : methodPath(beside)),
  searched: ({ searched }) => (searched === null ? "" : methodPath(searched)),
  cell: ({ tab, a }) => (tab === "cells" && a !== null ? cellPath(report.cells[a]) : ""),
  second: ({ tab, b }) => (tab === "cells" && b !== null ? cellPath(report.cells[b]) : ""),
};

function blockPath(block) {
  return encodeURIComponent(report.blocks[block].name);
}

function metricPath(metric) {
  return encodeURIComponent(report.metrics[metric].name);
}

function methodPath(method) {
  return encodeURIComponent(report.methods[method].name);
}

function conditionPath(condition) {
  const { dataset, ir } = report.conditions[condition];
  return [dataset, ir].map(encodeURIComponent).join("/");
}

function cellPath({ condition, method, seed }) {
  return [conditionPath(condition), methodPath(method), seed].join("/");
}

/** Return the address of what is chosen. */
function addressOf(chosen) {
  const parts = Object.entries(CHOSEN).map(([name, textOf]) => [name, textOf(chosen)]);
  return `#${parts.filter(([, text]) => text !== "").map((part) => part.join("=")).join("&")}`;
}

/** Return the address of a cell within the page. */
function cellAddress(cell) {
  return addressOf({ ...state, tab: "cells", a: report.cells.indexOf(cell) });
}

/** Return what an address chooses; by default the whole report. An address may also be the name of a tab alone. */
function chosenBy(address) {
  const text = address.slice(1);
  const given = new Map(text.includes("=") ? text.split("&").map((part) => part.split("=")) : [["tab", text]]);
  const paths = report.methods.map((_, index) => methodPath(index));
  const place = (list, name, textOf) => known(list.findIndex((_, index) => textOf(index) === given.get(name)));
  const named = (name) => known(paths.indexOf(given.get(name)));
  const cells = report.cells.map(cellPath);
  const methods = given.get("methods")?.split(",").map((path) => known(paths.indexOf(path)));
  return {
    ...DEFAULTS,
    tab: Object.keys(TABS).find((name) => name === given.get("tab")) ?? (given.has("cell") ? "cells" : DEFAULTS.tab),
    block: place(report.blocks, "block", blockPath) ?? 0,
    metric: place(report.metrics, "metric", metricPath) ?? 0,
    condition: place(report.conditions, "condition", conditionPath),
    control: named("control"),
    methods: methods?.filter((method) => method !== null) ?? null,
    find: decoded(given.get("find")),
    kind: decoded(given.get("kind")),
    cost: COSTS.find((name) => name === given.get("cost")) ?? DEFAULTS.cost,
    beside: named("beside"),
    searched: named("searched"),
    a: known(cells.indexOf(given.get("cell"))),
    b: known(cells.indexOf(given.get("second"))),
  };
}

/** Return a text of an address as it was before; nothing for one that nobody encoded. */
function decoded(text = "") {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

function known(index) {
  return index === -1 ? null : index;
}

/** Let the address name what is shown, as a new entry of the history or in place of the present one. */
function setAddress(address, entry = "replaceState") {
  try {
    if (address !== window.location.hash) history[entry](null, "", address);
  } catch (error) { // some pages that show this one do not let it change its address
    if (!embedded) throw error;
  }
}

function remember(entry) {
  setAddress(addressOf(state), entry);
}

/** Return a button that copies a text; where that is not allowed, `fallback` gets the text, selected. */
function copyButton(label, textOf, fallback) {
  const button = element("button", { type: "button", onclick: async () => {
    try {
      await navigator.clipboard.writeText(textOf());
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = label; }, COPIED_FOR);
    } catch {
      fallback.textContent = textOf();
      window.getSelection().selectAllChildren(fallback);
    }
  } }, label);
  return button;
}

const COPIED_FOR = 2000; // milliseconds
