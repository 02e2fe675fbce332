"use strict";
// Controls: fill the select boxes, follow what the reader chooses, follow links to cells.

function options(select, entries, chosen) {
  select.replaceChildren(...entries.map(([value, text]) => element("option", { value }, text)));
  select.value = String(chosen);
}

function onChoice(id, follow) {
  byId(id).addEventListener("change", (event) => follow(event.target.value));
}

/** Choose cells that exist: another ratio or block may lack the method or seed shown so far. */
function fillCellControls() {
  const methods = shownMethods().filter((index) => planned(state.condition, index).length);
  if (!methods.includes(state.method)) state.method = methods[0] ?? 0;
  const cells = planned(state.condition, state.method);
  if (!cells.some(({ seed }) => seed === state.seed)) state.seed = (cells.find((cell) => !isMissing(cell)) ?? cells[0])?.seed ?? 0;
  options(byId("method"), methods.map((index) => [index, report.methods[index].label]), state.method);
  options(byId("seed"), cells.map((cell) => [cell.seed, isMissing(cell) ? `${cell.seed} (missing)` : String(cell.seed)]), state.seed);
}

function showCell() {
  fillCellControls();
  byId("cell-title").textContent = `Chosen cell: ${report.methods[state.method]?.label ?? UNDEFINED}, ${report.conditions[state.condition].title}, seed ${state.seed}`;
  drawCell();
}

function showCondition() {
  byId("condition").value = String(state.condition);
  drawAgainstRatio();
  drawGroups();
  drawClasses();
  showCell();
}

function showBlock() {
  const conditions = shownConditions();
  if (!conditions.includes(state.condition)) state.condition = conditions[0];
  options(byId("condition"), conditions.map((index) => [index, report.conditions[index].title]), state.condition);
  state.sort = null;
  drawMatrix();
  showCondition();
}

function followAddress() {
  const cell = addressedCell(window.location.hash);
  if (!cell) return;
  if (!inBlock(cell)) state.block = "";
  byId("block").value = state.block;
  Object.assign(state, { condition: cell.condition, method: cell.method, seed: cell.seed });
  showBlock();
  byId("cell").scrollIntoView();
  byId("cell").focus({ preventScroll: true });
}

function start() {
  options(byId("metric"), report.metrics.map((metric, index) => [index, metric.label]), 0);
  options(byId("block"), [["", "all"], ...report.blocks.map((block) => [block, block])], "");
  byId("block-label").hidden = report.blocks.length < 2;
  const shows = [["mean", "mean ± sd"], ["difference", `difference to ${baselineLabel()}`]];
  options(byId("show"), shows, "mean");
  byId("show-label").hidden = report.baseline === "";
  onChoice("metric", (value) => { state.metric = Number(value); drawMatrix(); drawAgainstRatio(); });
  onChoice("condition", (value) => { state.condition = Number(value); showCondition(); });
  onChoice("block", (value) => { state.block = value; showBlock(); });
  onChoice("show", (value) => { state.show = value; drawMatrix(); });
  onChoice("method", (value) => { state.method = Number(value); showCell(); });
  onChoice("seed", (value) => { state.seed = Number(value); showCell(); });
  window.addEventListener("hashchange", followAddress);
  showBlock();
  followAddress();
}

if (report.metrics.length) start();
if (embedded) {
  for (const link of document.querySelectorAll("a.file")) link.replaceWith(element("code", {}, link.dataset.path));
}
