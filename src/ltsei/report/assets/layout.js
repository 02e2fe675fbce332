"use strict";
// Pixels, keys and the order of sorted columns: the only arithmetic of the page. Nothing here sees a result.

const NARROW = 600; // pixels below which a legend stands under its chart
const LEGEND_ROWS = 20;
const NARROW_ROW = 28; // pixels of a row whose label has two lines

/** Return the space of labels beside a chart and the Vega expression for their text, which has lines if narrow. */
function labelSizes(width, limit) {
  if (width >= NARROW) return { label_limit: Math.min(limit, 0.36 * width), label_text: "datum.label", label_offset: 0 };
  return { label_limit: 0.4 * width, label_offset: -5, label_text: "split(replace(datum.label, /(.{12,}?) /g, '$1\\n'), '\\n')" };
}

/** Return the legend of `count` methods: beside the chart where there is room, else in one column under it. */
function legend(width, count, limit) {
  const columns = Math.ceil(count / LEGEND_ROWS);
  const place = width < NARROW
    ? { orient: "bottom", columns: 1, labelLimit: width - 60 }
    : { orient: "right", columns, labelLimit: Math.min(limit, 0.3 * width / columns) };
  return { symbolStrokeWidth: 0, symbolOpacity: 1, symbolLimit: 0, ...place };
}

/** Return the width of the axis of average ranks, and of the names on either side. */
function rankSizes(width, limit) {
  const name = Math.min(limit, 0.3 * width);
  return { limit: name, width: Math.max(100, width - 2 * name - 40) };
}

/** Return the height of a chart of `count` rows, each `row` pixels high, or room for two lines if narrow; nothing for a chart without rows. */
function rowSizes(row, count, width) {
  return row === undefined ? {} : { height: Math.max(1, count) * (width < NARROW ? Math.max(row, NARROW_ROW) : row) };
}

/** Return the width of each of `panels` beside each other, next to the names of methods. */
function panelSizes(width, panels) {
  const panel = { width: Math.max(60, (0.64 * width - 60) / panels) };
  return width < NARROW ? { ...panel, label_limit: 0.25 * width } : panel;
}

/** Return how many small panels stand beside each other, and the width of each. */
function smallMultiples(width) {
  const columns = Math.max(1, Math.floor((width - 60) / (width < NARROW ? 140 : 210)));
  return { columns, panel: Math.max(100, (width - 70) / columns - 20) };
}

/** Return the width of a square chart whose axes take `taken` pixels. */
function squareSizes(width, taken, largest) {
  return { width: Math.max(140, Math.min(width - taken, largest)) };
}

/** Return the width of a confusion matrix of `count` classes, whether these are named, and whether numbers fit. */
function confusionSizes(width, count, { named, printed }) {
  const [beside, alone] = [180, 80].map((taken) => squareSizes(width, taken, 440).width);
  const hasNames = beside / count >= named;
  const size = hasNames ? beside : alone;
  return { width: size, named: hasNames, isPrinted: size / count >= printed };
}

/** Return the name that a key leads to from the current one, undefined if it leads nowhere. */
function nameAfterKey(names, current, key) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
  const moved = step && (names.indexOf(current) + step + names.length) % names.length;
  return names[{ Home: 0, End: names.length - 1 }[key] ?? moved];
}

/** Return an order of the numbers in a sorted column, in which empty entries come last in either direction. */
function emptyLast(turn) {
  return (a, b) => (a === "" || b === "" ? (a === "") - (b === "") : turn * (Number(a) - Number(b)));
}
