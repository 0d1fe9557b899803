// Draws each <figure class="chart" data-chart="kind"> from the table inside it: the table is the data, the picture is a view
// of it. Strict CSP: canvas renderer and rich-text tooltips, so ECharts writes no style attribute and no HTML.
// Which columns each kind reads is in docs/look.md.
"use strict";
(() => {
  const probe = document.createElement("i");
  probe.hidden = true;
  document.body.append(probe);

  /** A colour token as the browser resolves it now (light-dark() is not resolved in a custom property's own value). */
  const colour = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const font = () => getComputedStyle(document.body).fontFamily;
  const number = (text) => (text === "" || text === undefined ? null : Number(String(text).replace("−", "-")));
  const say = (value, digits) => value.toLocaleString(document.documentElement.lang || "en", { maximumFractionDigits: digits ?? 2 }).replace("-", "−");

  /** The table's rows as objects by column name; `$text` what the cells say, `$url` where the row leads. */
  const readTable = (table) => {
    const heads = [...table.tHead.rows[0].cells];
    const rows = [...table.tBodies[0].rows].map((row) => {
      const record = { $text: {}, $url: row.querySelector("a")?.href ?? "" };
      [...row.cells].forEach((cell, i) => {
        record[heads[i].dataset.name] = cell.dataset.value ?? cell.textContent.trim();
        record.$text[heads[i].dataset.name] = cell.textContent.trim();
      });
      return record;
    });
    rows.columns = heads.map((head) => ({ name: head.dataset.name, label: head.textContent.trim() }));
    return rows;
  };

  const base = () => ({
    animation: false,
    textStyle: { fontFamily: font(), fontSize: 13, color: colour("ink-2") },
    grid: { left: 8, right: 16, top: 28, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: {
      trigger: "axis", renderMode: "richText", confine: true, backgroundColor: colour("ink"), borderWidth: 0, padding: [10, 14],
      textStyle: { color: colour("sheet"), fontSize: 13, lineHeight: 20, fontFamily: font() },
      axisPointer: { type: "line", lineStyle: { color: colour("edge") } },
    },
  });
  /** What a row says when the pointer is on it: its name, then each column that says something. */
  const tip = (rows) => (points) => {
    const row = rows[[points].flat()[0].dataIndex];
    if (!row?.$text) return "";
    const [first, ...rest] = rows.columns;
    return [row.$text[first.name], ...rest.filter(({ name }) => row.$text[name]).map(({ name, label }) => `${label}: ${row.$text[name]}`)].join("\n");
  };
  const categories = (data, extra = {}) => ({
    type: "category", data, axisTick: { show: false }, axisLine: { lineStyle: { color: colour("line") } },
    axisLabel: { color: colour("ink-2"), fontSize: 13, hideOverlap: true, margin: 12, ...extra },
  });
  const values = (extra = {}) => ({
    type: "value", splitLine: { lineStyle: { color: colour("line") } },
    axisLabel: { color: colour("ink-3"), fontSize: 13, formatter: (value) => say(value), ...extra.axisLabel }, ...Object.fromEntries(Object.entries(extra).filter(([key]) => key !== "axisLabel")),
  });

  /** A range in round numbers around everything that is drawn; `data-min` and `data-max` of the figure come first. */
  const range = (figure, rows, names, also = [], fromZero = true) => {
    const found = [...rows.flatMap((row) => names.map((name) => number(row[name]))), ...also].filter((value) => value !== null && Number.isFinite(value));
    if (!found.length) return { min: 0, max: 1 };
    const high = Math.max(...found);
    const least = Math.min(...found);
    const low = !fromZero ? least - (high - least) * 0.1 : least >= 0 && least < high * 0.75 ? 0 : least;
    const rough = (high - low || Math.abs(high) || 1) / 4;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough;
    const tidy = (value) => Number(value.toPrecision(12));
    const min = number(figure.dataset.min) ?? tidy(Math.floor(low / step) * step);
    return { min, max: number(figure.dataset.max) ?? Math.max(tidy(Math.ceil((high + step * 0.05) / step) * step), min + step), interval: step };
  };

  /** Uncertainty as a shaded band between two columns, one polygon for each run of rows that have both. */
  const bands = (rows, low, high, token = "noise-soft", isWide = false) => {
    const runs = [];
    rows.forEach((row, i) => {
      if (number(row[low]) === null || number(row[high]) === null) return;
      if (runs.at(-1)?.at(-1)?.i === i - 1) runs.at(-1).push({ i, row });
      else runs.push([{ i, row }]);
    });
    return runs.map((run) => ({
      type: "custom", silent: true, z: 1, tooltip: { show: false }, data: [0],
      renderItem: (_, api) => {
        const spread = isWide ? [-0.5, 0.5] : run.length === 1 ? [-0.2, 0.2] : [0];
        const edge = (key) => run.flatMap(({ i, row }) => spread.map((off) => { const [x, y] = api.coord([i, number(row[key])]); return [x + off * api.size([1, 0])[0], y]; }));
        return { type: "polygon", shape: { points: [...edge(high), ...edge(low).reverse()] }, style: { fill: colour(token) } };
      },
    }));
  };
  const dashed = (place, words, extra = {}) => ({ ...place, lineStyle: { color: colour("ink-3"), type: "dashed" }, label: { formatter: words, color: colour("ink-2"), fontSize: 13, ...extra } });
  const agreed = (figure) => (figure.dataset.agreed ? [dashed({ yAxis: number(figure.dataset.agreed) }, `${figure.dataset.agreedLabel ?? "agreed"}: ${say(number(figure.dataset.agreed))}`, { position: "insideStartTop" })] : []);
  const strong = (extra = {}) => ({ color: colour("ink"), fontWeight: 600, fontSize: 13, backgroundColor: colour("sheet"), padding: [1, 4], ...extra });

  /** A name in lines of at most so many letters, parted between words. */
  const inLines = (text, letters) => text.split(" ").reduce((lines, word) => {
    if (lines.length && `${lines.at(-1)} ${word}`.length <= letters) lines.push(`${lines.pop()} ${word}`);
    else lines.push(word);
    return lines;
  }, []);
  /** Names down the side with a second, quieter line; as wide as the longest needs, less than half the picture at most. */
  const names = (rows, name, second, figure) => {
    const room = Math.min(Math.max(...rows.map((row) => row[name].length * 7.8 + 18), 100), figure.clientWidth * 0.4, 230);
    const bold = (text) => inLines(text.replace(/[{}|]/g, " "), Math.floor((room - 14) / 7.8)).map((line) => `{b|${line}}`).join("\n");
    return { ...categories(rows.map((row) => row[name]), { margin: room, align: "left", lineHeight: 18, interval: 0, hideOverlap: false,
      rich: { b: { color: colour("ink"), fontWeight: 600, fontSize: 14, lineHeight: 19 } },
      formatter: (text, i) => [bold(text), second(rows[i])].filter(Boolean).join("\n") }), inverse: true, axisLine: { show: false } };
  };
  const fitHeight = (figure, rows, each = 54) => { figure.querySelector(".canvas").style.height = `${rows.length * each + 70}px`; };

  const kinds = {
    /** How many people gave each value. Three shades of one ink; no red and green people. */
    distribution(rows, figure) {
      const group = (row) => row.group || (rows.length === 11 ? (number(row.score) <= 6 ? "low" : number(row.score) <= 8 ? "middle" : "high") : "high");
      const shades = { low: "ink-3", middle: "noise", high: "accent" };
      return { ...base(), tooltip: { show: false }, xAxis: categories(rows.map((row) => row.score), { color: colour("ink"), fontSize: 14, interval: 0, hideOverlap: false, margin: 10, ...(rows.length < 8 && figure.clientWidth < 560 ? { width: figure.clientWidth / rows.length - 8, overflow: "break" } : {}) }),
        yAxis: { ...values(), show: false },
        series: [{ type: "bar", barCategoryGap: "18%", barMaxWidth: 72, data: rows.map((row) => ({ value: number(row.people), itemStyle: { color: colour(shades[group(row)] ?? "accent"), borderRadius: [5, 5, 0, 0] } })),
          label: { show: true, position: "top", color: colour("ink-2"), fontSize: 13, formatter: ({ value }) => say(value) } }] };
    },

    /** A score over time with its interval. A new wording or scale starts a new series: the line breaks there. */
    trend(table, figure) {
      const unit = figure.dataset.unit ? `\u00a0${figure.dataset.unit}` : "";
      const rows = [];
      rows.columns = table.columns;
      const breaks = [];
      table.forEach((row, i) => {
        if (i && row.series !== table[i - 1].series) {
          breaks.push({ at: rows.length, name: row.$text.series });
          rows.push({ period: "" });
        }
        rows.push(row);
      });
      const stretches = [...breaks.map(({ at }) => at), rows.length].map((end, i) => [i ? breaks[i - 1].at + 1 : 0, end]);
      const lines = stretches.map(([from, to], i) => {
        const token = i === stretches.length - 1 ? "accent" : "ink-3";
        return { type: "line", z: 3, symbolSize: 8, symbol: "circle", lineStyle: { color: colour(token), width: 2.5 }, itemStyle: { color: colour(token) },
          data: rows.map((row, at) => (at < from || at >= to ? null : at < rows.length - 1 ? number(row.score)
            : { value: number(row.score), label: { show: true, position: "top", distance: 8, ...strong({ borderRadius: 4 }), formatter: () => `${rows[at].$text.score}${unit}` } })),
          markLine: i ? undefined : { silent: true, symbol: "none", data: [
            ...breaks.map(({ at, name }) => dashed({ xAxis: at }, figure.dataset.breakLabel ?? `${name}: a new series`, { position: "end", align: "center" })), ...agreed(figure)] } };
      });
      return { ...base(), xAxis: categories(rows.map((row) => row.period)), yAxis: values({ ...range(figure, table, ["score", "low", "high"], [number(figure.dataset.agreed)]), axisLabel: { formatter: (value) => `${say(value)}${unit}` } }),
        tooltip: { ...base().tooltip, formatter: tip(rows) }, series: [...bands(rows, "low", "high"), ...lines] };
    },

    /** Several series over the same periods, each named at its end (together where they end alike); the first is the one that the sentence is about. */
    lines(rows, figure) {
      const series = rows.columns.slice(1);
      const shades = ["accent", "ink-3", "edge", "noise"];
      const end = ({ name }) => number(rows[rows.length - 1]?.[name]);
      const met = series.map((each, i) => series.findIndex((other) => end(other) === end(each)) < i);
      const said = series.map((each, i) => (met[i] ? "" : series.filter((other, j) => j === i || (j > i && end(other) === end(each))).map(({ label }) => label).join(", ")));
      const wide = Math.min(Math.max(...said.map((words) => words.length)) * 8.6 + 14, figure.clientWidth * 0.34);
      const right = Math.max(16, wide - (figure.clientWidth - 60) / rows.length / 2);
      return { ...base(), grid: { ...base().grid, right }, xAxis: categories(rows.map((row) => row.$text[rows.columns[0].name])), yAxis: values(range(figure, rows, series.map(({ name }) => name), [number(figure.dataset.agreed)])),
        tooltip: { ...base().tooltip, formatter: tip(rows) },
        series: series.map(({ name }, i) => ({ type: "line", z: 4 - i / 10, symbol: "circle", symbolSize: 7, data: rows.map((row) => number(row[name])), lineStyle: { color: colour(shades[i] ?? "noise"), width: i ? 2 : 2.5, type: i > 1 ? "dashed" : "solid" }, itemStyle: { color: colour(shades[i] ?? "noise") },
          endLabel: { show: !met[i], formatter: said[i], color: colour(i ? "ink-2" : "accent"), fontSize: 13, fontWeight: i ? 400 : 600, distance: 8, width: wide - 14, overflow: "break" }, labelLayout: { moveOverlap: "shiftY" },
          markLine: i ? undefined : { silent: true, symbol: "none", data: agreed(figure) } })) };
    },

    /** Groups as dots with whiskers against the overall value; only a group that truly differs gets a colour. */
    segments(rows, figure) {
      fitHeight(figure, rows);
      const overall = number(figure.dataset.overall);
      const token = (row) => row.signal || "ink";
      const noun = figure.dataset.noun ?? "answers";
      return { ...base(), grid: { ...base().grid, top: 30, right: 28 },
        xAxis: values({ ...range(figure, rows, ["score", "low", "high"], [overall]) }), yAxis: names(rows, "segment", (row) => (row.n ? `${row.$text.n} ${noun}` : ""), figure),
        tooltip: { ...base().tooltip, trigger: "item", formatter: tip(rows) },
        series: [{ type: "custom", z: 2, silent: true, data: rows.map((row, i) => [number(row.low), i, number(row.high)]),
          renderItem: (_, api) => {
            const [from, to] = [api.coord([api.value(0), api.value(1)]), api.coord([api.value(2), api.value(1)])];
            return { type: "rect", shape: { x: from[0], y: from[1] - 5, width: Math.max(to[0] - from[0], 1), height: 10, r: 5 }, style: { fill: colour("noise") } };
          } },
        { type: "scatter", z: 3, symbolSize: 15, data: rows.map((row, i) => ({ value: [number(row.score), i], itemStyle: { color: colour(token(row)), borderColor: colour("sheet"), borderWidth: 2 }, label: { color: colour(token(row)) } })),
          label: { show: true, position: "top", distance: 5, ...strong(), formatter: ({ value }) => say(value[0]) },
          markLine: overall === null ? undefined : { silent: true, symbol: "none", z: 1, data: [dashed({ xAxis: overall }, `${figure.dataset.overallLabel ?? "everyone"}: ${say(overall)}`, { position: "start" })] } }] };
    },

    /** Before and after an action: the windows shaded and named, and what the time before would have led us to expect. */
    effect(rows, figure) {
      const windows = [];
      rows.forEach((row, i) => (windows.at(-1)?.phase === row.phase ? (windows.at(-1).to = i) : windows.push({ phase: row.phase, name: row.$text.phase, from: i, to: i })));
      const [first, last, end] = [windows[0], windows.at(-1), rows.length - 1];
      const [before, after] = [number(figure.dataset.before), number(figure.dataset.after)];
      const narrow = figure.clientWidth < 560;
      const period = rows.columns[0].name;
      const shade = { type: "custom", silent: true, z: 0, tooltip: { show: false }, data: windows.map((_, i) => i),
        renderItem: ({ dataIndex, coordSys: { y, height } }, api) => {
          const { from, to, name } = windows[dataIndex];
          const isOuter = windows[dataIndex] === first || windows[dataIndex] === last;
          const half = api.size([1, 0])[0] / 2;
          const [left, right] = [api.coord([from, 0])[0] - half + 1, api.coord([to, 0])[0] + half - 1];
          const length = `${name}: ${to - from + 1} ${figure.dataset.noun ?? "months"}`;
          const words = isOuter && !narrow && length.length * 7.2 < right - left ? length : name;
          return { type: "group", children: [
            { type: "rect", shape: { x: left, y, width: right - left, height }, style: { fill: colour(isOuter ? "sunk" : "noise-soft") } },
            { type: "text", x: (left + right) / 2, y: y - 10, style: { text: words.length * 7.2 < right - left + 24 ? words : "", align: "center", verticalAlign: "bottom", fill: colour("ink"), font: `600 13px ${font()}` } }] };
        } };
      const observed = rows.map((_, i) => (i >= last.from && figure.dataset.afterLow ? { low: figure.dataset.afterLow, high: figure.dataset.afterHigh } : {}));
      const level = (value, from, to, type, text) => (value === null ? [] : [[
        { coord: [from, value], lineStyle: { type, color: colour("ink"), width: 1.5 }, label: { show: Boolean(text), formatter: text, position: "insideEndTop", color: colour("ink"), fontSize: 13, padding: [0, 4, 22, 0] } }, { coord: [to, value] }]]);
      const isUnsettled = (row) => row.phase !== first.phase && row.phase !== last.phase;
      const lines = [...level(before, 0, first.to, "solid"), ...level(before, first.to, end, "dashed", narrow ? "" : figure.dataset.expectedLabel ?? "expected without the action"), ...level(after, last.from, end, "solid")];
      return { ...base(), grid: { ...base().grid, top: 36 }, xAxis: categories(rows.map((row) => row.$text[period])), yAxis: values({ ...range(figure, rows, ["value", "low", "high"], [before, after]), splitLine: { show: false } }),
        tooltip: { ...base().tooltip, formatter: tip(rows) },
        series: [shade, ...bands(rows, "low", "high", "noise"), ...bands(observed, "low", "high", "noise"),
          { type: "line", z: 4, symbol: "circle", symbolSize: 8, lineStyle: { width: 2.5, color: colour("accent") },
            data: rows.map((row) => ({ value: number(row.value), itemStyle: { color: colour(isUnsettled(row) ? "sheet" : "accent"), borderColor: colour("accent"), borderWidth: isUnsettled(row) ? 2 : 0 } })),
            markLine: { silent: true, symbol: "none", data: lines } }] };
    },

    /** Counts for each period; what is usual is a band, and only a period outside it may have a colour. */
    bars(rows, figure) {
      const [low, high] = [number(figure.dataset.low), number(figure.dataset.high)];
      const usual = rows.map(() => (low === null ? {} : { low, high }));
      const few = rows.length <= (figure.clientWidth < 560 ? 6 : 16);
      return { ...base(), grid: { ...base().grid, right: low === null ? 16 : 84 }, xAxis: categories(rows.map((row) => row.$text.period)), yAxis: values({ ...range(figure, rows, ["count"], [low, high, 0]), ...(few ? { show: false } : {}) }),
        tooltip: { ...base().tooltip, axisPointer: { type: "none" }, formatter: tip(rows) },
        series: [...bands(usual, "low", "high", "noise-soft", true), { type: "bar", z: 2, barCategoryGap: "28%", barMaxWidth: 56, data: rows.map((row) => ({ value: number(row.count), itemStyle: { color: colour(row.signal || "accent"), borderRadius: [4, 4, 0, 0] } })),
          label: { show: few, position: "top", color: colour("ink-2"), fontSize: 13, formatter: ({ value }) => say(value) },
          markLine: low === null ? undefined : { silent: true, symbol: "none", data: [{ yAxis: (low + high) / 2, lineStyle: { color: "transparent" }, label: { formatter: `usual:\n${say(low)} to ${say(high)}`, position: "end", color: colour("ink-2"), fontSize: 13, lineHeight: 17 } }] } }] };
    },

    /** A control chart: the limits that chance alone explains; a point beyond them, or a run, is a signal. */
    control(rows, figure) {
      const edge = (name, extra) => ({ type: "line", z: 2, step: "middle", endLabel: { show: true, distance: 10, color: colour("ink-2"), fontSize: 13, formatter: ({ value }) => say(value) }, symbol: "none", silent: true, tooltip: { show: false }, data: rows.map((row) => number(row[name])), lineStyle: { color: colour("ink-3"), width: 1, ...extra } });
      return { ...base(), grid: { ...base().grid, right: 40 }, xAxis: categories(rows.map((row) => row.$text.period)), yAxis: values({ ...range(figure, rows, ["value", "lower", "upper"]), splitLine: { show: false } }), tooltip: { ...base().tooltip, formatter: tip(rows) },
        series: [...bands(rows, "lower", "upper", "noise-soft"), edge("centre", {}), edge("lower", { type: "dashed" }), edge("upper", { type: "dashed" }),
          { type: "line", z: 4, symbol: "circle", lineStyle: { color: colour("accent"), width: 2 }, data: rows.map((row) => ({ value: number(row.value), symbolSize: row.signal ? 12 : 7, itemStyle: { color: colour(row.signal || "accent") } })) }] };
    },

    /** Causes by how often they came up, the most frequent first, with the share that the first ones make together. */
    pareto(rows, figure) {
      fitHeight(figure, rows, 44);
      return { ...base(), grid: { ...base().grid, top: 4, right: 110 }, xAxis: { ...values({ min: 0 }), show: false }, yAxis: names(rows, "cause", () => "", figure), tooltip: { show: false },
        series: [{ type: "bar", barMaxWidth: 24, data: rows.map((row) => ({ value: number(row.count), itemStyle: { color: colour(row.signal || "accent"), borderRadius: [0, 4, 4, 0] } })),
          label: { show: true, position: "right", color: colour("ink-2"), fontSize: 13, formatter: ({ dataIndex, value }) => (rows[dataIndex].share ? `{b|${say(value)}}  ${say(number(rows[dataIndex].share), 0)} % so far` : `{b|${say(value)}}`), rich: { b: { color: colour("ink"), fontWeight: 600, fontSize: 13 } } } }] };
    },

    /** What matters against how well we do it: the corner that matters and goes badly is top left. */
    matrix(rows, figure) {
      const middle = (name) => number(figure.dataset[name]) ?? rows.reduce((sum, row) => sum + number(row[name]), 0) / rows.length;
      const axis = (name, label) => ({ ...values(range({ dataset: {} }, rows, [name], [], false)), name: label, nameLocation: "middle", nameTextStyle: { color: colour("ink-2"), fontSize: 13, padding: 12 }, splitLine: { show: false }, axisLine: { show: true, lineStyle: { color: colour("line") } } });
      const label = (name) => rows.columns.find((column) => column.name === name)?.label ?? name;
      return { ...base(), grid: { ...base().grid, bottom: 28, left: 28, outerBoundsContain: "all" }, xAxis: axis("performance", label("performance")), yAxis: axis("importance", label("importance")), tooltip: { ...base().tooltip, trigger: "item", formatter: tip(rows) },
        series: [{ type: "scatter", symbolSize: 13, data: rows.map((row) => ({ value: [number(row.performance), number(row.importance)], itemStyle: { color: colour(row.signal || "ink") } })),
          label: { show: figure.clientWidth >= 560, position: "top", formatter: ({ dataIndex }) => rows[dataIndex].$text.driver, ...strong({ fontWeight: 500, backgroundColor: "transparent" }) }, labelLayout: { hideOverlap: true, moveOverlap: "shiftY" },
          markLine: { silent: true, symbol: "none", data: [dashed({ xAxis: middle("performance") }, ""), dashed({ yAxis: middle("importance") }, "")] } }] };
    },
  };

  const draw = (figure) => {
    const kind = kinds[figure.dataset.chart];
    const canvas = figure.querySelector(".canvas");
    const rows = readTable(figure.querySelector("table"));
    if (!kind || !rows.length || !canvas.clientWidth) return;
    const option = kind(rows, figure);
    const chart = echarts.getInstanceByDom(canvas) ?? echarts.init(canvas, null, { renderer: "canvas" });
    chart.resize();
    chart.setOption(option, true);
    chart.off("click");
    chart.on("click", ({ dataIndex }) => { if (rows[dataIndex]?.$url) window.location.assign(rows[dataIndex].$url); });
  };
  const figures = new Set();
  const drawAll = () => figures.forEach((figure) => (figure.isConnected ? draw(figure) : figures.delete(figure)));
  const watch = new ResizeObserver((entries) => entries.forEach(({ target }) => draw(target)));

  const begin = (figure) => {
    const canvas = figure.querySelector(".canvas");
    const isEmpty = !figure.querySelector("tbody tr");
    if (figures.has(figure) || isEmpty || !kinds[figure.dataset.chart]) return;
    figures.add(figure);
    canvas.hidden = false;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${figure.querySelector("figcaption").textContent.trim().replace(/\s+/g, " ")} The numbers are in the table below.`);
    figure.querySelector("details").open = false;
    draw(figure);
    watch.observe(figure);
  };

  window.wellheardCharts = { draw: (within) => within.querySelectorAll("figure.chart").forEach(begin) };
  document.fonts.ready.then(drawAll);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
})();
