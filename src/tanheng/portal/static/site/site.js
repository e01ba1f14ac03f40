// What a page gains where scripts run: explanations open beside the figure, charts come to life. It is whole without.
(function () {
  "use strict";
  var own = document.currentScript;
  var panel = document.getElementById("panel");
  var body = document.getElementById("panel-body");

  // A link marked data-panel opens its page's main part in the dialog; with a modifier key it stays a link.
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-panel]");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || !panel.showModal) return;
    event.preventDefault();
    // What the run did not write down is worked out now, which takes seconds.
    link.setAttribute("aria-busy", "true");
    fetch(link.href, { headers: { "X-Requested-With": "panel" }, credentials: "same-origin" })
      .then(function (answer) { if (!answer.ok) throw new Error(String(answer.status)); return answer.text(); })
      .then(function (text) {
        var page = new DOMParser().parseFromString(text, "text/html");
        body.replaceChildren.apply(body, page.querySelector("[data-panel-content]").childNodes);
        panel.showModal();
      })
      .catch(function () { window.location.assign(link.href); })
      .finally(function () { link.removeAttribute("aria-busy"); });
  });
  panel.addEventListener("click", function (event) { if (event.target === panel) panel.close(); });

  // An open menu closes when one goes elsewhere.
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details.person[open]").forEach(function (menu) { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") document.querySelectorAll("details.person[open]").forEach(function (menu) { menu.open = false; menu.querySelector("summary").focus(); });
  });

  // Charts: their programs are loaded when the first one comes near, each chart's data when it does.
  var drawings = document.querySelectorAll("[data-picture]");
  if (!drawings.length || !window.IntersectionObserver) return;
  var ready;
  function script(address) {
    return new Promise(function (resolve, reject) {
      var element = document.createElement("script");
      element.src = address; element.onload = resolve; element.onerror = reject;
      document.head.append(element);
    });
  }
  function programs() {
    if (!ready) ready = script(own.dataset.vega).then(function () { return script(own.dataset.vegaLite); })
      .then(function () { return script(own.dataset.vegaEmbed); }).then(function () { return script(own.dataset.charts); });
    return ready;
  }
  var watcher = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (!entry.isIntersecting) return;
      watcher.unobserve(entry.target);
      programs().then(function () { window.tanhengDraw(entry.target); });
    });
  }, { rootMargin: "300px" });
  window.addEventListener("load", function () { drawings.forEach(function (drawing) { watcher.observe(drawing); }); });
})();
