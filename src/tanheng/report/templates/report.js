// The language of the page, and charts that answer to the pointer. The page is whole without it.
(function () {
  "use strict";
  var KEY = "tanheng-language";
  var switches = { zh: document.getElementById("language-zh"), en: document.getElementById("language-en") };
  var titles = document.title.split(" · ");

  function remembered() {
    try { return window.localStorage.getItem(KEY); } catch (error) { return null; }
  }
  function remember(language) {
    try { window.localStorage.setItem(KEY, language); } catch (error) { /* a page opened from a file may have no storage */ }
  }
  function current() { return switches.en.checked ? "en" : "zh"; }

  function speak(language) {
    switches[language].checked = true;
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    document.title = titles[language === "zh" ? 0 : titles.length - 1];
    drawVisible();
  }

  // -- charts: the picture in the page is replaced by a living one when it comes into view

  var settings = document.getElementById("settings");
  settings = settings && JSON.parse(settings.textContent);
  function draw(drawing) {
    var language = current();
    if (!window.vegaEmbed || drawing.dataset.drawn === language + drawing.clientWidth) return;
    drawing.dataset.drawn = language + drawing.clientWidth;
    var picture = JSON.parse(document.getElementById("data-" + drawing.dataset.picture).textContent);
    var place = drawing.querySelector("." + language);
    var label = place.querySelector("svg").getAttribute("aria-label");
    var fitted = window.tanhengFitted(picture.specs[language], settings.config, drawing.clientWidth - 10);
    var living = document.createElement("div");
    window.vegaEmbed(living, Object.assign({}, fitted.spec, { datasets: picture.data, description: label }), {
      mode: "vega-lite", renderer: "svg", actions: false, ast: true, config: fitted.config,
      timeFormatLocale: settings.time[language]
    }).then(function () {
      var svg = living.querySelector("svg");
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", label);
      place.replaceChildren(living);
    }, function (error) { console.error(drawing.dataset.picture, error); });
  }

  var seen = new Set();
  function drawVisible() { seen.forEach(draw); }

  if (settings && window.vegaEmbed && window.IntersectionObserver) {
    document.documentElement.dataset.charts = "living";
    var watcher = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (entry.isIntersecting) { seen.add(entry.target); draw(entry.target); } else { seen.delete(entry.target); }
      });
    }, { rootMargin: "200px" });
    document.querySelectorAll(".drawing").forEach(function (drawing) { watcher.observe(drawing); });
    var waiting;
    window.addEventListener("resize", function () { clearTimeout(waiting); waiting = setTimeout(drawVisible, 200); });
  }

  // -- the table of contents: open beside the page, closed above it; the place where one reads is marked

  var contents = document.querySelector("nav.contents details");
  if (window.matchMedia("(max-width: 1099px)").matches) contents.open = false;
  contents.addEventListener("click", function (event) {
    if (event.target.closest("a") && window.matchMedia("(max-width: 1099px)").matches) contents.open = false;
  });
  var links = new Map();
  contents.querySelectorAll("a").forEach(function (link) {
    var section = document.getElementById(link.hash.slice(1));
    if (section) links.set(section, link);
  });
  if (window.IntersectionObserver) {
    var reading = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (!entry.isIntersecting) return;
        links.forEach(function (link) { link.removeAttribute("aria-current"); });
        links.get(entry.target).setAttribute("aria-current", "true");
      });
    }, { rootMargin: "-15% 0px -75% 0px" });
    links.forEach(function (link, section) { reading.observe(section); });
  }

  // -- a link to the reasons of a figure opens them

  function reveal(id) {
    var target = document.getElementById(id);
    for (var at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    if (target) target.scrollIntoView();
  }
  document.addEventListener("click", function (event) {
    var link = event.target.closest('a[href^="#why-"]');
    if (!link) return;
    event.preventDefault();
    history.replaceState(null, "", link.hash);
    reveal(link.hash.slice(1));
  });
  if (window.location.hash.indexOf("#why-") === 0) reveal(window.location.hash.slice(1));

  // -- paper has no details to open

  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("main details.further").forEach(function (details) { details.open = true; });
  });

  ["zh", "en"].forEach(function (language) {
    switches[language].addEventListener("change", function () { remember(language); speak(language); });
  });
  var asked = new URLSearchParams(window.location.search).get("lang");
  var preferred = asked || remembered() || (/^zh/i.test(navigator.language || "zh") ? "zh" : "en");
  speak(preferred === "en" ? "en" : "zh");
})();
