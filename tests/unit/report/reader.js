"use strict";
// What a reader does, and what the page then shows.
const seen = { alerts: 0 };
window.alert = () => { seen.alerts += 1; };
const choose = (id, value) => {
  byId(id).value = value;
  byId(id).dispatchEvent(new Event("change"));
};
const rows = () => [...document.querySelectorAll("#matrix tbody tr")];
const column = (place) => rows().map((row) => row.children[place].textContent);
setTimeout(() => {
  seen.charts = document.querySelectorAll(".vega-embed svg.marks, .vega-embed canvas.marks").length;
  seen.configured = column(0);
  seen.entries = column(2);
  document.querySelector('#matrix [data-key="0"]').click();
  seen.sorted = column(0);
  seen.direction = document.querySelector("#matrix [data-key='0']").parentElement.getAttribute("aria-sort");
  choose("show", "difference");
  seen.differences = column(2);
  choose("show", "mean");
  choose("metric", report.metrics.findIndex(({ name }) => name === "few_accuracy"));
  seen.few = column(2);
  choose("block", "ablation");
  seen.ablation = column(0);
  choose("block", "");
  seen.ticks = [[1, 2, 3], [0, 15], [1, 200], [4]].map(wholeTicks);
  seen.legends = [legend(360, 2), legend(1100, 2)];
  window.location.hash = "#cell=adsb_synth/100/crt/1";
}, 1500);
setTimeout(() => {
  seen.cell = byId("cell-title").textContent;
  seen.recipe = document.querySelector("#cell pre").textContent;
  seen.links = document.querySelectorAll("#cell .files a, a.file").length;
  seen.without = [byId("choices"), byId("experts")];
  window.location.hash = "#cell=adsb_synth/100/tau_norm/1";
}, 3000);
setTimeout(() => {
  seen.choices = byId("choices").textContent;
  window.location.hash = "#cell=adsb_synth/100/moe_ltsei/1";
}, 3500);
setTimeout(() => {
  seen.experts = [...document.querySelectorAll("#experts tr")].map((row) => [...row.children].map((cell) => cell.textContent));
  seen.diagnosis = document.querySelector("#experts").parentElement.nextElementSibling.textContent;
  seen.paths = [...document.querySelectorAll("#cell .paths code, #missing code")].map((path) => path.textContent);
  seen.dead = document.querySelectorAll("#cell .files a, a.file").length;
  window.top.postMessage(JSON.stringify(seen), "*");
}, 4000);
