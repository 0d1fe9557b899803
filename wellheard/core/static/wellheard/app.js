// What makes the pages quicker. Everything works without it; nothing here decides anything.
"use strict";
(() => {
  const here = document.currentScript;
  const root = document.documentElement;
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  /** Keys of one letter can be switched off (WCAG 2.1.4); Ctrl K always works. */
  const singleKeys = { get on() { return localStorage.getItem("single-keys") !== "off"; }, set on(yes) { localStorage.setItem("single-keys", yes ? "on" : "off"); } };
  const isTyping = (target) => target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName);

  /** j and k walk through a list while something in it has the focus. */
  const walk = (target, step) => {
    const list = target.closest("[data-list], .agenda, .rows");
    const stops = list ? all("tbody tr, :scope > li", list).map((row) => one("a, button", row)).filter(Boolean) : [];
    const at = stops.findIndex((stop) => stop.closest("tr, li") === target.closest("tr, li"));
    if (at >= 0) stops[Math.min(Math.max(at + step, 0), stops.length - 1)].focus();
    return at >= 0;
  };

  document.addEventListener("keydown", (event) => {
    const find = one("[data-find]");
    if (find && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      find.focus();
      find.select();
    } else if (event.key === "Escape") {
      for (const drop of all("details[data-drop][open]")) {
        if (drop.contains(document.activeElement)) one("summary", drop).focus();
        drop.open = false;
      }
    } else if (singleKeys.on && !isTyping(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      if (find && event.key === "/") {
        event.preventDefault();
        find.focus();
      } else if (event.key === "j" || event.key === "k") {
        if (walk(event.target, event.key === "j" ? 1 : -1)) event.preventDefault();
      }
    }
  });

  document.addEventListener("click", (event) => {
    for (const drop of all("details[data-drop][open]")) if (!drop.contains(event.target)) drop.open = false;
    const away = event.target.closest("[data-dismiss]");
    if (away) away.closest(".toast").remove();
  });

  /** The theme changes at once; the server remembers it. */
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-theme-form]");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const theme = event.submitter.value;
    const body = new FormData(form);
    body.set("theme", theme);
    if (theme) root.dataset.bsTheme = theme;
    else delete root.dataset.bsTheme;
    for (const button of all("[name=theme]", form)) button.setAttribute("aria-pressed", String(button.value === theme));
    fetch(form.action, { method: "POST", body, redirect: "manual" });
  });

  /** Charts are loaded only by a page that has one. */
  const load = (source) => new Promise((resolve, reject) => {
    const script = document.createElement("script");
    Object.assign(script, { src: source, onload: resolve, onerror: reject });
    document.head.append(script);
  });
  let charts = null;
  const drawCharts = async (within) => {
    if (!one("figure.chart", within)) return;
    charts ??= load(here.dataset.echarts).then(() => load(here.dataset.charts));
    await charts;
    window.wellheardCharts.draw(within);
  };

  /** A part of the page that has just come in: its charts, its switches, the summary of what is not right. */
  const welcome = (within) => {
    drawCharts(within);
    for (const button of all("[data-dismiss]", within)) button.hidden = false;
    for (const line of all("[data-single-keys]", within)) {
      const box = one("input", line);
      line.hidden = false;
      box.checked = singleKeys.on;
      box.addEventListener("change", () => { singleKeys.on = box.checked; });
    }
    one(".error-summary[autofocus]", within)?.focus();
  };

  if (/Mac|iPhone|iPad/.test(navigator.platform)) for (const key of all(".find kbd")) key.textContent = "⌘ K";
  welcome(document);
  document.addEventListener("htmx:afterSettle", (event) => welcome(event.target));
})();
