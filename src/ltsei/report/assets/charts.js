"use strict";
// Charts: fill the blanks of a specification with results and layout, embed it, draw it again when the theme changes.

const darkness = window.matchMedia("(prefers-color-scheme: dark)");
const drawn = new Map(); // holder -> {view, draw, sized}

/** Return `spec` with every text "@name" replaced by blanks.name. */
function fill(spec, blanks) {
  if (Array.isArray(spec)) return spec.map((item) => fill(item, blanks));
  if (spec !== null && typeof spec === "object") {
    return Object.fromEntries(Object.entries(spec).map(([key, value]) => [key, fill(value, blanks)]));
  }
  return typeof spec === "string" && spec.startsWith("@") ? blanks[spec.slice(1)] : spec;
}

/**
 * Draw the chart at a position of the store into `holder`, in place of what it holds.
 * `layout` returns further blanks from the width of the holder; `follow` gets the datum of a mark that is clicked.
 * Of the methods in it the chart shows `methods`, by default those that the reader has chosen.
 */
function draw(holder, position, { layout = null, renderer = "svg", follow = null, methods = shownMethods() } = {}) {
  const chart = report.charts[position];
  const forget = () => drawn.get(holder)?.view?.finalize();
  const again = async () => {
    forget();
    const entry = { view: null, draw: again, sized: layout !== null };
    drawn.set(holder, entry);
    const theme = darkness.matches ? "dark" : "light";
    const width = holder.clientWidth;
    const common = { width: "container", ...labelSizes(width, report.sizes.label_limit), ...report.blanks };
    const results = ofMethods(resultsOf(chart), methods, width);
    if (results.isEmpty) {
      holder.replaceChildren(hint(report.texts.no_method));
      return;
    }
    const blanks = { ...common, ...report.shades[theme], ...layout?.(width), ...results };
    const result = await vegaEmbed(holder, fill(report.specifications[chart.specification], blanks), {
      actions: { export: true, source: false, compiled: false, editor: false },
      config: report.themes[theme],
      downloadFileName: chart.specification,
      mode: "vega-lite",
      renderer,
      tooltip: { theme },
    });
    holder.querySelector("summary").ariaLabel = "Save this chart";
    if (follow) result.view.addEventListener("click", (_, item) => item?.datum && follow(item.datum));
    if (drawn.get(holder) === entry) entry.view = result;
    else result.finalize();
  };
  again();
}

/** Empty a holder of several charts and forget them. */
function clearCharts(holder) {
  for (const [inner, entry] of drawn) {
    if (holder.contains(inner)) { // itself included
      entry.view?.finalize();
      drawn.delete(inner);
    }
  }
  holder.replaceChildren();
}

/** Tell the library of tables, which looks at a class, what the reader's system prefers. */
function setTheme() {
  document.documentElement.classList.toggle("dark", darkness.matches);
}

setTheme();
darkness.addEventListener("change", () => {
  setTheme();
  for (const entry of drawn.values()) entry.draw();
});
let knownWidth = window.innerWidth; // on a phone, scrolling alone changes the height
window.addEventListener("resize", () => {
  if (window.innerWidth === knownWidth) return;
  knownWidth = window.innerWidth;
  for (const [holder, entry] of drawn) if (entry.sized && holder.clientWidth) entry.draw();
});
