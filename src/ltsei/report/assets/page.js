"use strict";
// Tabs and controls: what is shown follows what the reader chooses, and the address.

const ALL_TABS = {
  overview: drawOverview, leaderboard: drawLeaderboard, comparisons: drawComparisons, statistics: drawStatistics,
  tuning: drawTuning, protocols: drawProtocols, cells: drawCells, provenance: drawProvenance,
};
const TABS = Object.fromEntries(Object.entries(ALL_TABS).filter(([name]) => byId(name) !== null)); // of this page

const PAUSE = 150; // milliseconds
const PHONE = "(max-width: 40rem)"; // as in the style sheet: the controls are folded away

function options(select, entries, chosen) {
  select.replaceChildren(...entries.map(([value, text]) => element("option", { value }, text)));
  select.value = String(chosen);
}

function onChoice(id, follow) {
  byId(id).addEventListener("change", (event) => follow(event.target.value));
}

function showTab(name, focus = false) {
  state.tab = name;
  for (const id of Object.keys(TABS)) {
    const chosen = id === name;
    byId(id).hidden = !chosen;
    const tab = byId(`tab-${id}`);
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    if (chosen && focus) tab.focus();
  }
  byId("choices").hidden = name === "cells";
  TABS[name]();
}

/** Fill the controls, and correct choices that the block does not have. */
function fillControls() {
  byId("block").value = String(state.block);
  byId("metric").value = String(state.metric);
  byId("cost").value = state.cost;
  const conditions = block().conditions.map(({ condition }) => condition);
  if (!conditions.includes(state.condition)) state.condition = conditions.length === 1 ? conditions[0] : null;
  const all = conditions.length > 1 ? [["", `all ${conditions.length}`]] : [];
  const alone = conditions.map((index) => [index, report.conditions[index].title]);
  options(byId("condition"), [...all, ...alone], state.condition ?? "");
  const kinds = kindsShown();
  if (!kinds.includes(state.kind)) state.kind = "";
  options(byId("kind"), [["", "all"], ...kinds.map((kind) => [kind, kind])], state.kind);
  fillControl();
  fillPicker();
  const condition = report.conditions[state.condition]?.title ?? `all ${conditions.length} conditions`;
  byId("choices-summary").textContent = `${metric().label}, ${condition}`;
}

/** Offer the controls that the view has comparisons with, the configured one first. */
function fillControl() {
  const stored = storedView();
  const others = stored.others.map(({ control_method: method, control }) => [method, control]);
  byId("control-label").hidden = !others.length;
  if (!others.some(([method]) => method === state.control)) state.control = null;
  options(byId("control"), [["", stored.control], ...others], state.control ?? "");
}

/** Draw what is chosen anew, and let the address name it. */
function refresh() {
  fillControls();
  showTab(state.tab);
  remember();
}

function firstCell() {
  const cells = shownCells();
  return report.cells.indexOf(cells.find(isDone) ?? cells[0]);
}

function chooseBlock(position) {
  state.block = position;
  fillControls();
  state.a = firstCell();
  state.b = null;
  refresh();
}

/** Show what the address names; addresses of cells of earlier versions and names of tabs count, too. */
function followAddress() {
  Object.assign(state, chosenBy(window.location.hash));
  const cell = report.cells[state.a];
  if (cell && !blockCells().includes(cell)) state.block = 0;
  fillControls();
  state.a ??= firstCell();
  showTab(state.tab);
  byId("tabs").scrollLeft = byId(`tab-${state.tab}`).offsetLeft; // on a phone, tabs scroll sideways
  if (cell) window.scrollTo(0, 0);
}

function goTo(name, focus = false) {
  showTab(name, focus);
  remember("pushState");
}

function onTabKey(event) {
  const name = nameAfterKey(Object.keys(TABS), state.tab, event.key);
  if (name === undefined) return;
  event.preventDefault();
  goTo(name, true);
}

let finding = null; // the search that is about to happen

/** Look for a name once the reader pauses. */
function findSoon() {
  clearTimeout(finding);
  finding = setTimeout(() => { state.find = byId("find").value; refresh(); }, PAUSE);
}

function closeOnEscape({ key }) {
  if (key !== "Escape") return;
  byId("picker").open = false;
  byId("picker").firstElementChild.focus();
}

function start() {
  options(byId("block"), report.blocks.map(({ title }, index) => [index, title]), 0);
  byId("block-label").hidden = report.blocks.length === 1;
  options(byId("metric"), report.metrics.map(({ label }, index) => [index, label]), 0);
  options(byId("cost"), [["seconds", "wall time of one cell"], ["parameters", "parameters"]], "seconds");
  onChoice("block", (value) => chooseBlock(Number(value)));
  onChoice("metric", (value) => { state.metric = Number(value); refresh(); });
  onChoice("condition", (value) => { state.condition = value === "" ? null : Number(value); refresh(); });
  onChoice("control", (value) => { state.control = value === "" ? null : Number(value); refresh(); });
  onChoice("kind", (value) => { state.kind = value; drawRanking(); remember(); });
  onChoice("cost", (value) => { state.cost = value; drawPareto(); remember(); });
  byId("find").addEventListener("input", findSoon);
  document.addEventListener("click", ({ target }) => { if (!byId("picker").contains(target)) byId("picker").open = false; });
  byId("picker").addEventListener("keydown", closeOnEscape);
  for (const side of SIDES) {
    for (const part of ["condition", "method", "seed"]) onChoice(`${part}-${side}`, () => { chooseSide(side); remember(); });
  }
  for (const name of Object.keys(TABS)) byId(`tab-${name}`).addEventListener("click", () => goTo(name));
  byId("tabs").addEventListener("keydown", onTabKey);
  byId("link").append(copyButton("Copy link", () => window.location.href, byId("link-text")));
  byId("link").hidden = embedded;
  byId("choices").open = !window.matchMedia(PHONE).matches;
  window.addEventListener("hashchange", followAddress);
  followAddress();
}

if (report.metrics.length) start();
else {
  byId("choices").hidden = true;
  byId("tabs").hidden = true;
  byId("conclusions").append(element("dd", {}, report.texts.nothing_done));
  for (const show of [drawState, drawUnfinished, drawClasses, drawSignals]) show();
}
