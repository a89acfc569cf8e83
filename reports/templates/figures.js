// Makes the figures of a report answer the pointer and the controls. Without it, or if it fails, the drawings stand.
(() => {
  "use strict";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

  // {"choice": "scale.axis"} becomes what is chosen, {"theme": "line"} a colour of the page.
  function fill(value, choices) {
    if (Array.isArray(value)) return value.map((item) => fill(item, choices));
    if (value === null || typeof value !== "object") return value;
    const keys = Object.keys(value);
    if (keys.length === 1 && typeof value.choice === "string") {
      return value.choice.split(".").reduce((found, key) => found[key], choices);
    }
    if (keys.length === 1 && typeof value.theme === "string") return colour(value.theme);
    return Object.fromEntries(keys.map((key) => [key, fill(value[key], choices)]));
  }

  const objects = (table) =>
    table.rows.map((row) => Object.fromEntries(table.fields.map((field, index) => [field, row[index]])));

  function theme() {
    const ink = colour("ink"), grid = colour("grid"), rule = colour("rule");
    return {
      background: "transparent", font: "system-ui, sans-serif", view: { stroke: null },
      axis: {
        labelColor: ink, titleColor: ink, gridColor: grid, domainColor: rule, tickColor: rule, labelFontSize: 12,
        titleFontSize: 12, titleFontWeight: "normal", labelOverlap: true, labelSeparation: 8,
      },
      legend: { labelColor: ink, titleColor: ink, labelFontSize: 12, orient: "top", direction: "vertical", labelLimit: 260 },
      text: { fontSize: 12 },
    };
  }

  function save(name, type, content) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  // A spreadsheet would run text that begins like a formula.
  function cell(value) {
    if (value === null || value === undefined) return "";
    const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? "'" + value : String(value);
    return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
  }

  const csv = (table) => [table.fields, ...table.rows].map((row) => row.map(cell).join(",") + "\n").join("");

  function button(where, text, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", act);
    where.append(made);
  }

  function offerDownloads(figure, data) {
    const where = figure.querySelector(".downloads");
    const svg = figure.querySelector(".drawing svg");
    button(where, "Download SVG", () =>
      save(data.name + ".svg", "image/svg+xml", new XMLSerializer().serializeToString(svg)));
    for (const [name, table] of Object.entries(data.tables)) {
      button(where, "Download CSV: " + name, () => save(`${data.name}-${name}.csv`, "text/csv", csv(table)));
    }
    where.hidden = false;
  }

  function showPicked(where, fields, datum) {
    if (!datum || !fields.some((field) => field in datum)) return;
    where.replaceChildren();
    for (const field of fields) {
      const value = datum[field];
      if (value === undefined || value === null || value === "") continue;
      if (where.childNodes.length) where.append(" · ");
      if (/^https?:\/\//i.test(value)) {
        const link = document.createElement("a");
        link.href = value;
        link.rel = "noreferrer";
        link.textContent = field;
        where.append(link);
      } else {
        const text = String(value);
        where.append(text.length > 200 ? text.slice(0, 199) + "…" : text);
      }
    }
    where.hidden = false;
  }

  async function draw(figure, data, options) {
    const chart = figure.querySelector(".chart");
    const choices = {};
    for (const select of figure.querySelectorAll(".controls select")) {
      choices[select.name] = data.controls[select.name][select.selectedIndex];
    }
    const datasets = {};
    for (const [name, table] of Object.entries(data.tables)) datasets[name] = objects(table);
    const spec = { width: "container", height: 340, ...fill(data.spec, choices), datasets };
    chart.hidden = false;
    const { view } = await vegaEmbed(chart, spec, options());
    // The chart has one label that says what it shows; hundreds of unnamed marks would only be in the way.
    chart.querySelector("svg").setAttribute("aria-hidden", "true");
    view.addEventListener("click", (event, item) =>
      showPicked(figure.querySelector(".picked"), data.picked, item && item.datum));
    figure.classList.add("live");
  }

  async function start(figure) {
    const data = JSON.parse(figure.querySelector("script.data").textContent);
    offerDownloads(figure, data);
    if (!data.spec) return;
    const options = () => ({
      actions: false, renderer: "svg", ast: true, config: theme(), tooltip: { theme: "custom", disableDefaultStyle: true },
    });
    const again = () => draw(figure, data, options);
    try {
      await again();
    } catch (error) {
      figure.querySelector(".chart").hidden = true;
      console.warn("the figure stays a drawing:", error);
      return;
    }
    const controls = figure.querySelector(".controls");
    if (controls) {
      controls.hidden = false;
      controls.addEventListener("change", again);
      controls.addEventListener("submit", (event) => event.preventDefault());
    }
    dark.addEventListener("change", again);
  }

  for (const data of document.querySelectorAll("figure script.data")) start(data.closest("figure"));
})();
