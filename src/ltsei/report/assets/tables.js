"use strict";
// Tables: rows of text, numbers or nodes, made sortable and searchable by DataTables.

const numberOf = (text) => (text === "" ? null : Number(text));
const undefinedLast = (turn) => (a, b) => {
  const [x, y] = [numberOf(a), numberOf(b)];
  return x === null || y === null ? (x === null) - (y === null) : turn * (x - y);
};
DataTable.type("number-or-none", "order", { asc: undefinedLast(1), desc: undefinedLast(-1) }); // undefined stays last in either direction

/** Return an entry of a table: text or nodes, and by what it is sorted; null where that is undefined. */
function entry(content, order, attributes = {}) {
  return { content, order, attributes };
}

/** Return an entry for a number in its metric's unit. */
function numberEntry(value, metric, sign = false) {
  return entry(shown(value, metric, sign), value ?? null);
}

/**
 * Draw a table into `holder`, in place of what it holds.
 * `columns` are {title, number, tip, head}; `rows` are lists of entries or texts, headed by the column with `head` or the
 * first. A `bare` table has neither search nor export.
 */
function drawTable(holder, { id, caption, columns, rows, order = [], paged = false, bare = false }) {
  const head = Math.max(0, columns.findIndex((column) => column.head));
  const heads = columns.map(({ title, number, tip }) =>
    element("th", { scope: "col", class: number ? "number" : null, title: tip ?? null }, title));
  const body = rows.map((row) => element("tr", {}, ...row.map((found, place) => tableEntry(found, columns[place], place === head))));
  const table = element("table", { id, class: "display compact" }, element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...body));
  clearCharts(holder);
  holder.append(table);
  if (!rows.length) return;
  new DataTable(table, {
    order, paging: paged, pageLength: 25, info: paged, autoWidth: false,
    columnDefs: columns.map(({ number }, targets) => ({ targets, type: number ? "number-or-none" : "string" })),
    layout: {
      topStart: rows.length > 8 && !bare ? { search: { placeholder: "part of a name" } } : null,
      topEnd: bare ? null : { buttons: [{ extend: "copy", text: "Copy" }, { extend: "csv", text: "CSV", filename: id }] },
      bottomStart: paged ? "info" : null,
      bottomEnd: paged ? "paging" : null,
    },
    language: { search: "Search" },
  });
}

function tableEntry(found, { number }, heads) {
  const { content, order, attributes } = typeof found === "object" ? found : entry(found, found, {});
  const children = Array.isArray(content) ? content : [content];
  const key = order === null || order === undefined ? "" : String(order);
  const style = [number ? "number" : "", attributes.class ?? ""].join(" ").trim();
  const all = { ...attributes, class: style || null, "data-order": key };
  return element(heads ? "th" : "td", heads ? { ...all, scope: "row" } : all, ...children);
}
