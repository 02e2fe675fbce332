"use strict";
// A number as text: `shown` of number_text.py once more, for the tables that this page builds. It sees single numbers.

const UNDEFINED = "–";
const DECIMALS = { fraction: 1, number: 3, rank: 2, effect: 2, p: 3 };

/** Return `value` as text: a fraction in percent, undefined as a dash; `sign` marks positive numbers with a plus. */
function shown(value, unit, sign = false) {
  if (value === null || value === undefined) return UNDEFINED;
  if (unit === "p" && value < 0.001) return "< .001";
  const decimals = unit === "count" ? Number(!Number.isInteger(value)) : DECIMALS[unit];
  const text = (unit === "fraction" ? 100 * value : value).toFixed(decimals);
  if (Number(text) === 0 && unit !== "p") return text.replace("-", "");
  return (sign && value > 0 ? "+" : "") + (unit === "p" ? text.replace(/^0/, "") : text.replace("-", "−"));
}

/** Return the difference between two numbers, null where one of them is undefined. */
function difference(value, reference) {
  return value === null || reference === null ? null : Number((value - reference).toPrecision(5));
}
