"use strict";
// Tables: rows of text, numbers or nodes, made sortable and searchable by DataTables.

const SEARCHED = 8; // rows above which a table with pages can be searched
const PAGE = 25; // rows of a table on one of its pages

DataTable.type("number-or-none", "order", { asc: emptyLast(1), desc: emptyLast(-1) });

/** Return an entry of a table: text or nodes, and the key by which it is sorted; null where that is undefined. */
function entry(content, order, attributes = {}) {
  return { content, order, attributes };
}

/** Return an entry for a number. */
function numberEntry(value, unit, sign = false) {
  return entry(shown(value, unit, sign), value ?? null);
}

/** Return the seed of a cell: a number, or two as in 0-3, of split and training. */
function seedEntry({ seed }) {
  return entry(String(seed), report.seeds.indexOf(seed));
}

function methodEntry(method) {
  return { ...entry(methodName(method), report.methods[method].label), method };
}

/**
 * Draw a table into `holder`, in place of what it holds.
 * `columns` are {title, number, tip, head}; `rows` are lists of entries or texts, headed by the column with `head` or
 * the first. A row about a method that the reader does not show is left out. Tables with pages can be searched; a
 * `bare` one cannot be exported.
 */
function drawTable(holder, { id, caption, columns, rows, order = [], paged = false, bare = false }) {
  const head = columns.find((column) => column.head) ?? columns[0];
  const heads = columns.map(({ title, number, tip }) =>
    element("th", { scope: "col", class: number ? "number" : null, title: tip ?? null }, title));
  const shown = rows.filter((row) => row.every((each) => each.method === undefined || isShown(each.method)));
  const body = shown.map((row) => element("tr", {}, ...row.map((content, place) =>
    tableEntry(content, columns[place], columns[place] === head))));
  const table = element("table", { id, class: "display compact" }, element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...body));
  clearCharts(holder);
  holder.append(table);
  if (!shown.length) return;
  const exportOptions = { format: { body: (markup, row, column, cell) => defused(cell.textContent) } };
  const buttons = [{ extend: "copy", text: "Copy" }, { extend: "csv", text: "CSV", filename: id, exportOptions }];
  new DataTable(table, {
    order, paging: paged, pageLength: PAGE, info: paged, autoWidth: false,
    columnDefs: columns.map(({ number }, targets) => ({ targets, type: number ? "number-or-none" : "string" })),
    layout: {
      topStart: paged && shown.length > SEARCHED ? { search: { placeholder: "part of a name" } } : null,
      topEnd: bare ? null : { buttons },
      bottomStart: paged ? "info" : null,
      bottomEnd: paged ? "paging" : null,
    },
    language: { search: "Search" },
  });
}

function tableEntry(given, { number }, heads) {
  const { content, order, attributes } = typeof given === "object" ? given : entry(given, given, {});
  const children = Array.isArray(content) ? content : [content];
  const key = order === null || order === undefined ? "" : String(order);
  const style = [number ? "number" : "", attributes.class ?? ""].join(" ").trim();
  const all = { ...attributes, class: style || null, "data-order": key };
  return element(heads ? "th" : "td", heads ? { ...all, scope: "row" } : all, ...children);
}

/** Return a table that can neither be sorted nor searched; the first column heads its rows. */
function plainTable({ caption = null, label, columns, rows, style = "plain" }) {
  const styles = columns.map(({ number }) => (number ? "number" : null));
  const heads = columns.map(({ title }, place) => element("th", { scope: "col", class: styles[place] }, title));
  const body = rows.map((row) => element("tr", {}, ...row.map((content, place) => (place === 0
    ? element("th", { scope: "row" }, content)
    : element("td", { class: styles[place] }, content)))));
  const table = element("table", { class: style }, caption && element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...body));
  return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, table);
}

/** Return a text that a spreadsheet does not take for a formula, as core/spreadsheet.py does; numbers stay as they are. */
function defused(text) {
  return /^'*[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
}
