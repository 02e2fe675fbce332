"use strict";
// Rows of the tables that the page holds by column, each distinct column once (see page/store.py).

function columnValues(column) {
  return Array.isArray(column) ? column : column.at.map((position) => column.texts[position]);
}

/** Return the rows of a table, new ones each time, since charts add to theirs. */
function rowsOf(table) {
  const columns = Object.entries(table).map(([name, position]) => [name, columnValues(report.columns[position])]);
  const [[, first]] = columns.length ? columns : [["", []]];
  return first.map((_, row) => Object.fromEntries(columns.map(([name, values]) => [name, values[row]])));
}

/** Return method -> its row. */
function rowsByMethod(table) {
  return new Map(rowsOf(table).map((row) => [row.method, row]));
}

/** Return the blanks of a chart that hold results. */
function resultsOf({ tables, blanks }) {
  return { ...Object.fromEntries(Object.entries(tables).map(([blank, table]) => [blank, rowsOf(table)])), ...blanks };
}
