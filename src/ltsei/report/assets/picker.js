"use strict";
// The methods that all charts and tables show: those that are ticked and whose name holds the text that is looked for.

const BEST = [5, 10]; // how many of the best methods a button picks

/** Return whether a method is shown. */
function isShown(method) {
  const { label, name } = report.methods[method];
  const matches = [label, name].some((text) => text.toLowerCase().includes(state.find.toLowerCase()));
  return matches && (state.methods === null || state.methods.includes(method));
}

/** Return the methods of the view that are shown. */
function shownMethods() {
  return view().methods.filter(isShown);
}

/** Return the methods from the best to the worst; in the order of the report where none is better. */
function rankedMethods() {
  const ranked = rowsOf(metricView().ranks).map(({ method }) => method);
  return ranked.length ? ranked : view().methods;
}

/** Return the methods for a chart that has room for some: the chosen ones, else the best with the control. */
function shortlist() {
  if (state.methods !== null || state.find !== "") return shownMethods();
  return [...new Set([...rankedMethods().slice(0, 3), ...view().controls.slice(0, 1)])];
}

function fillPicker() {
  const all = view().methods;
  fillSummary();
  byId("find").value = state.find;
  const button = (text, methods) =>
    element("button", { type: "button", onclick: () => pickMethods(methods()) }, text);
  const best = BEST.filter((count) => all.length > count).map((count) => button(`Best ${count}`, () => rankedMethods().slice(0, count)));
  byId("picker-buttons").replaceChildren(button("All", () => null), ...best, button("None", () => []));
  byId("picker-list").replaceChildren(...all.map(pickerEntry));
}

function fillSummary() {
  const [shown, all] = [shownMethods().length, view().methods.length];
  byId("picker-summary").textContent = shown === all ? `all ${all}` : `${shown} of ${all}`;
}

function pickerEntry(method) {
  const box = element("input", { type: "checkbox", onchange: () => toggleMethod(method) });
  box.checked = state.methods === null || state.methods.includes(method);
  return element("label", { class: "tick" }, box, element("span", {}, ...methodName(method)));
}

function toggleMethod(method) {
  const picked = state.methods ?? view().methods;
  pickMethods(picked.includes(method) ? picked.filter((each) => each !== method) : [...picked, method], false);
}

/** Show these methods, null for all; `fill` is false where the boxes show it already. */
function pickMethods(methods, fill = true) {
  const all = methods !== null && view().methods.every((method) => methods.includes(method));
  state.methods = all ? null : methods;
  if (fill) fillPicker();
  else fillSummary();
  showTab(state.tab);
  remember();
}

/** Keep of a chart's results the rows and the entries of scales and legends that belong to `methods`. */
function ofMethods(blanks, methods, width) {
  const domain = blanks.methods ?? blanks.labels;
  if (domain === undefined) return blanks;
  const labels = new Set(methods.map((method) => report.methods[method].label));
  const places = [...domain.keys()].filter((place) => labels.has(domain[place]));
  const kept = Object.fromEntries(Object.entries(blanks).map(([name, values]) => {
    if (!Array.isArray(values)) return [name, values];
    if (BY_METHOD.includes(name)) return [name, places.map((place) => values[place])];
    return [name, values.filter((row) => isOf(row?.method ?? row?.label, labels))];
  }));
  return { ...kept, ...rowSizes(blanks.row, places.length, width), isEmpty: !places.length };
}

function isOf(label, labels) {
  return label === undefined || labels.has(label);
}

const BY_METHOD = ["methods", "labels", "colors", "dashes", "shapes"]; // blanks with an entry for each method
