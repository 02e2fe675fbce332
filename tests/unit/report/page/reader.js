"use strict";
// What a reader does, and what the page shows in return.
const seen = { alerts: 0, troubles: "" };
window.alert = () => { seen.alerts += 1; };
const wait = (milliseconds) => new Promise((go) => { setTimeout(go, milliseconds); });
const choose = (id, value) => {
  byId(id).value = value;
  byId(id).dispatchEvent(new Event("change"));
};
const rows = (table) => [...document.querySelectorAll(`#${table} tbody tr`)].map((row) => [...row.children].map((cell) => cell.textContent));
const column = (table, place) => rows(table).map((row) => row[place]);
const charts = () => document.querySelectorAll("[role=tabpanel]:not([hidden]) :is(svg.marks, canvas.marks)").length;
const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));

const page = document.documentElement;
/** Return what is wider than the page, scrolling boxes aside. */
const tooWide = () => (page.scrollWidth === page.clientWidth ? [] : [...document.querySelectorAll("main *")]
  .filter((each) => each.getBoundingClientRect().right > page.clientWidth + 1 && !each.closest(".dt-layout-table, .scroll, svg, pre"))
  .map((each) => `${each.tagName} ${each.id} ${each.className} ${each.textContent.slice(0, 40)}`));

async function read() {
  while (!document.querySelector("svg.marks")) await wait(50);
  await wait(1000);
  seen.question = byId("question").textContent;
  seen.conclusions = [...document.querySelectorAll("#conclusions > *")].map((part) => part.textContent);
  seen.draft = document.querySelector("#draft p").textContent;
  seen.charts = { overview: charts() };
  seen.wide = tooWide();
  seen.unfinished = rows("unfinished-table");
  byId("tab-overview").focus();
  for (const name of ["leaderboard", "comparisons", "statistics"]) {
    press("ArrowRight");
    await wait(600);
    seen.charts[name] = charts();
    seen[`${name}Focus`] = document.activeElement.id;
    seen.wide.push(...tooWide());
  }
  seen.ranks = [...document.querySelectorAll("#ranks text")].map((text) => text.textContent).filter((text) => /MoE-LTSEI/.test(text));
  seen.limits = document.querySelector("#statistics-body ul").textContent;
  seen.statistics = [...document.querySelectorAll("#statistics-body .hint")].map((text) => text.textContent).join(" ");
  seen.everywhere = rows("leaderboard-table");
  seen.headsEverywhere = [...document.querySelectorAll("#leaderboard-table thead th")].map((head) => head.textContent);
  choose("condition", "0");
  seen.comparisons = rows("comparisons-table");
  byId("tab-leaderboard").click();
  await wait(300);
  seen.heads = [...document.querySelectorAll("#leaderboard-table thead th")].map((head) => head.textContent);
  seen.leaderboard = rows("leaderboard-table");
  const head = [...document.querySelectorAll("#leaderboard-table thead th")][3];
  head.click();
  head.click();
  await wait(100);
  seen.sorted = column("leaderboard-table", 3).map((text) => Number.parseFloat(text));
  seen.direction = head.getAttribute("aria-sort");
  choose("kind", "post-hoc");
  await wait(100);
  seen.kinds = [...new Set(column("leaderboard-table", 2))];
  choose("kind", "");
  choose("metric", report.metrics.findIndex(({ name }) => name === "few_accuracy"));
  await wait(100);
  seen.few = column("leaderboard-table", 3);
  choose("metric", 0);
  await wait(100);
  seen.hint = byId("ranking-hint").textContent;
  choose("block", report.blocks.findIndex(({ name }) => name === "ablation"));
  await wait(100);
  seen.ablation = column("leaderboard-table", 1);
  choose("block", 0);
  choose("condition", "0");
  byId("tab-comparisons").click();
  await wait(300);
  seen.pairs = rows("loss-by-sampler");
  choose("condition", "");
  seen.legends = [legend(360, 40, 320), legend(1100, 40, 320)];
  seen.texts = NUMBERS.map(([value, unit, sign]) => shown(value, unit, sign));
  const positions = [...new Map(report.charts.map(({ specification }, position) => [specification, position])).values()];
  seen.decoded = positions.map((position) => [position, resultsOf(report.charts[position])]);
  choose("control", view().others[0].control_method);
  pickMethods(["ce", "cb", "moe_ltsei"].map((wanted) => report.methods.findIndex(({ name }) => name === wanted)));
  byId("tab-leaderboard").click();
  await wait(300);
  seen.pickedRows = column("leaderboard-table", 2);
  seen.difference = document.querySelectorAll("#leaderboard-table thead th")[7].textContent;
  byId("tab-statistics").click();
  await wait(400);
  seen.pickedLabels = [...document.querySelectorAll("#forest .role-axis-label text")].map((text) => text.textContent).filter((text) => /[a-z]/.test(text));
  seen.address = window.location.hash;
  byId("tab-overview").click();
  history.back();
  await wait(300);
  seen.afterBack = [state.tab, byId("tab-statistics").getAttribute("aria-selected")];
  window.location.hash = "#provenance";
  await wait(200);
  seen.oldAddress = [state.tab, state.methods, state.control];
  window.location.hash = seen.address;
  await wait(300);
  seen.again = addressOf(state);
  byId("find").value = "crt";
  byId("find").dispatchEvent(new Event("input"));
  await wait(600);
  seen.foundRows = column("comparisons-table", 0);
  seen.foundCharts = [...document.querySelectorAll("#forest, #forest svg.marks")].map(({ textContent }) => textContent);
  window.location.hash = "#cell=adsb_synth/100/crt/1";
  await wait(1200);
  seen.cell = byId("cell-a-title").textContent;
  seen.recipe = document.querySelector("#cell-a pre").textContent;
  seen.charts.cell = charts();
  seen.wide.push(...tooWide());
  seen.command = document.querySelector("#cell-a .command code").textContent;
  seen.links = document.querySelectorAll("#cell-a .files a, a.file").length;
  seen.without = [document.querySelector("#cell-a .choices"), document.querySelector("#cell-a .experts")];
  window.location.hash = "#cell=adsb_synth/100/tau_norm/1";
  await wait(400);
  seen.choices = document.querySelector("#cell-a .choices").textContent;
  choose("method-b", report.methods.findIndex(({ name }) => name === "moe_ltsei"));
  await wait(600);
  seen.cellAddress = window.location.hash;
  seen.both = rows("metrics-of-both");
  seen.metricsOfOne = document.querySelectorAll("#cell-a-body table.dataTable").length;
  seen.sideBySide = [byId("cell-a-title").textContent, byId("cell-b-title").textContent];
  seen.experts = [...document.querySelectorAll("#cell-b .experts tr")].map((row) => [...row.children].map((cell) => cell.textContent));
  seen.gate = document.querySelector("#cell-b .experts").parentElement.nextElementSibling.textContent;
  seen.paths = [...document.querySelectorAll(".paths code")].map((path) => path.textContent);
  seen.linksInside = document.querySelectorAll("#cells .files a, a.file").length;
  byId("tab-provenance").click();
  await wait(300);
  seen.provenance = rows("provenance-table")[0];
  seen.origin = document.querySelector("#provenance-body dl").textContent;
  seen.selected = [...document.querySelectorAll("[role=tab][aria-selected=true]")].map(({ id }) => id);
  seen.wide.push(...tooWide());
  seen.unnamed = [...document.querySelectorAll("select, input, button, summary")].filter((control) =>
    ![control.ariaLabel, control.getAttribute("aria-labelledby"), control.title, control.textContent.trim()].some(Boolean)
    && !control.labels?.length).map(({ outerHTML }) => outerHTML);
  seen.troubles = byId("trouble").textContent;
  window.top.postMessage(JSON.stringify(seen), "*");
}
read().catch((error) => window.top.postMessage(JSON.stringify({ ...seen, troubles: String(error.stack) }), "*"));
