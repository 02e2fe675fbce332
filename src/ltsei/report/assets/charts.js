"use strict";
// Charts: fill the blanks of a specification, embed it, draw it again when the theme changes.

const darkness = window.matchMedia("(prefers-color-scheme: dark)");
const NARROW = 600; // pixels below which a legend stands under its chart
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
 * Draw chart `name` into `holder`, in place of what it holds; `blanks` may be a function of the holder's width,
 * `follow` is called with the datum of a mark that was clicked.
 */
function draw(holder, name, blanks, renderer = "svg", follow = null) {
  const forget = () => drawn.get(holder)?.view?.finalize();
  const again = async () => {
    forget();
    const sized = typeof blanks === "function";
    const entry = { view: null, draw: again, sized };
    drawn.set(holder, entry);
    const theme = darkness.matches ? "dark" : "light";
    const common = {
      width: "container",
      groups: report.groups,
      group_colors: report.group_colors,
      label_limit: Math.min(report.label_limit, 0.36 * holder.clientWidth),
      ...shades(theme),
    };
    const own = sized ? blanks(holder.clientWidth) : blanks;
    const result = await vegaEmbed(holder, fill(report.charts[name], { ...common, ...own }), {
      actions: { export: true, source: false, compiled: false, editor: false },
      config: report.themes[theme],
      downloadFileName: name,
      mode: "vega-lite",
      renderer,
      tooltip: { theme },
    });
    if (follow) result.view.addEventListener("click", (_, item) => item?.datum?.place === undefined || follow(item.datum));
    if (drawn.get(holder) === entry) entry.view = result;
    else result.finalize();
  };
  again();
}

function shades(theme) {
  return theme === "dark"
    ? { low: "#1b2026", high: "#74b6ee", on_high: "#0d1115", on_low: "#d6dae0", paper: "#14171a" }
    : { low: "#f6f8fa", high: "#0a4a82", on_high: "#ffffff", on_low: "#2b3036", paper: "#ffffff" };
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
let width = window.innerWidth; // on a phone, scrolling alone changes the height
window.addEventListener("resize", () => {
  if (window.innerWidth === width) return;
  width = window.innerWidth;
  for (const [holder, entry] of drawn) if (entry.sized && holder.clientWidth) entry.draw();
});
