"use strict";
// Statistics: what the differences between methods are worth.

const FEW_CONDITIONS = 10; // below so many, the Friedman statistic is only roughly distributed as assumed (Demšar 2006)

function drawStatistics() {
  const holder = byId("statistics-body");
  clearCharts(holder);
  const found = analysis();
  const metric = report.metrics[state.metric];
  if (!found) {
    holder.append(hint(`No statistics are made of ${metric.label}: none of its values is better than another.`));
    return;
  }
  const { control } = scope();
  drawFriedman(holder, found, metric);
  if (control !== null) drawDifferences(holder, found, metric, control);
  holder.append(element("h2", {}, "What these numbers can say"), soundness(found));
}

function drawFriedman(holder, found, metric) {
  holder.append(element("h2", {}, "Do the methods differ?"));
  const test = found.friedman;
  if (!test) {
    const why = state.condition !== null ? "under a single data set and ratio" : "with fewer than two data sets and ratios, or fewer than three methods, that are complete";
    holder.append(element("p", {}, `The Friedman test ranks methods over data sets and ratios; it is not defined ${why}.`));
    return;
  }
  const left = scope().methods.filter((method) => !found.ranked.includes(method)).map((method) => report.methods[method].label);
  const f = test.f === null ? "infinite" : test.f.toFixed(2);
  const verdict = test.f_p < SIGNIFICANCE ? "The methods do not all perform alike" : "No difference between the methods can be shown";
  holder.append(
    element("p", {}, `${verdict}: Friedman χ² = ${test.chi2.toFixed(2)} (p ${pText(test.chi2_p)}), Iman–Davenport F = ${f} (p ${pText(test.f_p)}), ${found.ranked.length} methods ranked by ${inSentence(metric)} under each of N = ${test.conditions} data sets and ratios, seeds averaged first.`),
    test.conditions < FEW_CONDITIONS ? hint(`With N = ${test.conditions} both p-values are rough: the distributions they come from hold for many data sets and ratios.`) : "",
    ...aliasHints(),
    left.length ? hint(`Left out, since not defined under every one: ${left.join(", ")}.`) : "",
    hint(`Average ranks, 1 is best. A bar joins methods whose ranks differ by less than Nemenyi's critical difference, ${test.critical_difference.toFixed(2)} ranks. Average ranks depend on which methods take part; for claims about one method use the comparisons below.`));
  drawRanks(holder, found);
}

/** Say which methods are second names for the results of others, which take part once. */
function aliasHints() {
  const pairs = shownMethods().map((method) => [method, namesake(method)]).filter(([method, same]) => method !== same)
    .map(([method, same]) => `${report.methods[method].label} = ${report.methods[same].label}`);
  return pairs.length ? [hint(`Second names for the same results, which take part once: ${pairs.join(", ")}.`)] : [];
}

function drawRanks(holder, found) {
  const inner = element("div", { class: "chart", id: "ranks" });
  holder.append(inner);
  draw(inner, "critical_difference", (available) => {
    const limit = Math.min(report.label_limit, 0.3 * available);
    return { ...found.diagram, limit, width: Math.max(160, available - 2 * limit - 40) };
  });
}

function drawDifferences(holder, found, metric, control) {
  const name = report.methods[control].label;
  const methods = scope().methods.filter((method) => found.comparisons[method]?.n);
  const left = scope().methods.filter((method) => method !== control && !methods.includes(method)).map((method) => report.methods[method].label);
  holder.append(element("h2", {}, `Each method against ${name}`));
  if (!methods.length) {
    holder.append(element("p", {}, `No method shares a seed with ${name} here.`));
    return;
  }
  const rows = methods.map((method) => {
    const compared = found.comparisons[method];
    const [mean, low, high] = [compared.mean, compared.low ?? compared.mean, compared.high ?? compared.mean].map((value) => scaled(value, metric));
    const title = `${shown(compared.mean, metric, true)}${intervalText(compared, metric)}, p ${pText(compared.adjusted)}`;
    return { method: report.methods[method].label, color: report.methods[method].color, mean, low, high, text: title, significant: isSignificant(compared) };
  });
  const better = metric.better === "low" ? "left" : "right";
  const inner = element("div", { class: "chart", id: "forest" });
  holder.append(hint(`Mean of the paired differences with its 95 % interval, ${whereText()}; ${better} of the line is better than ${name}. Filled: corrected p < .05.${left.length ? ` Not compared, without results under every data set and ratio shown: ${left.join(", ")}.` : ""}`), inner);
  draw(inner, "forest", () => ({ rows, metric: differenceTitle(metric), height: 20 * rows.length }));
  const columns = [
    { title: "Method" }, { title: "Pairs", number: true }, { title: differenceTitle(metric), number: true }, { title: "95 % interval", number: true },
    { title: "Effect size d_z", number: true, tip: "Mean over standard deviation of the differences" },
    { title: "Probability of improvement", number: true, tip: "That a run of the method beats one of the control under the same data set and ratio" },
    { title: "p", number: true, tip: "Wilcoxon signed-rank test, two-sided" }, { title: "p (Holm)", number: true },
  ];
  const lines = methods.map((method) => comparisonRow(method, found.comparisons[method], metric));
  const table = element("div", {});
  holder.append(table);
  drawTable(table, { id: "comparisons-table", caption: `Paired with ${name} over (data set, ratio, seed)`, columns, rows: lines });
}

function comparisonRow(method, compared, metric) {
  const number = (value, digits) => entry(value === null ? UNDEFINED : value.toFixed(digits).replace("-", "−"), value);
  return [
    entry(methodName(method), report.methods[method].label), entry(String(compared.n), compared.n),
    numberEntry(compared.mean, metric, true), entry(intervalText(compared, metric).trim() || UNDEFINED, compared.low),
    number(compared.effect, 2), number(compared.improvement, 2), entry(pText(compared.p), compared.p),
    entry(pText(compared.adjusted) + (isSignificant(compared) ? " ★" : ""), compared.adjusted),
  ];
}

/** Return in a sentence whether a difference to the control is more than chance. */
function verdictText(compared, control, metric) {
  if (!compared.n) return `No seed is shared with ${control}.`;
  const difference = `${shown(compared.mean, metric, true)}${intervalText(compared, metric)} against ${control} over ${compared.n} paired run${compared.n === 1 ? "" : "s"}`;
  if (isSignificant(compared)) return `${difference}, significant (corrected p ${pText(compared.adjusted)}).`;
  return `${difference}, not significant (corrected p ${pText(compared.adjusted)}).`;
}

function soundness(found) {
  const pairs = Math.max(0, ...Object.values(found.comparisons).map(({ n }) => n));
  const family = Object.values(found.comparisons).filter(({ n }) => n).length;
  const raw = Math.min(1, 2 ** (1 - pairs));
  const lines = [
    pairs ? `With ${pairs} pairs the least p that a two-sided signed-rank test can reach is ${pText(raw)}; after Holm's correction for ${family} comparison${family === 1 ? "" : "s"} it is ${pText(found.smallest_p)}.` + (found.smallest_p > SIGNIFICANCE ? " That is above .05: nothing can be significant here, whatever the difference. More seeds, ratios or data sets change this." : "") : "There are no pairs yet.",
    "Intervals are bootstrap intervals (BCa) from ten pairs on; below that the bootstrap is too narrow, and Student's t stands in, which assumes normal differences.",
    "Five seeds of one data set and ratio can never reach .05 (the least p is .0625); six can, without correction.",
    "Seeds are not data sets. Pairs of one data set share its test signals, and ratios of one seed share training signals, so that the intervals describe these data sets, and are rather too narrow for others.",
    "Methods share split and initial weights within a seed; that is what makes the differences paired.",
  ];
  return element("ul", {}, ...lines.map((line) => element("li", {}, line)));
}
