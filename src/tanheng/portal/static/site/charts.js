// Draws one chart or map from the description that the report has too; expressions run in Vega's own interpreter.
(function () {
  "use strict";
  var many = ["facet", "hconcat", "vconcat", "concat", "repeat"];

  function fitted(spec, width) {
    if (width < 560) spec = JSON.parse(JSON.stringify(spec).replace(/"labelLimit":\d+/g, '"labelLimit":' + Math.round(width * 0.38)));
    if (many.some(function (key) { return key in spec; })) return spec;
    var copy = Object.assign({}, spec, { width: width });
    if (!spec.projection) copy.autosize = { type: "fit-x", contains: "padding" };
    else copy.height = Math.round(spec.height * Math.min(1, 0.25 + 0.75 * width / spec.width));
    return copy;
  }

  window.tanhengDraw = function (place) {
    fetch(place.dataset.picture, { credentials: "same-origin" })
      .then(function (answer) { if (!answer.ok) throw new Error(String(answer.status)); return answer.json(); })
      .then(function (picture) {
        var width = place.clientWidth - 10;
        var config = picture.config;
        if (width < 560) config.legend.columns = 1;
        var living = document.createElement("div");
        return window.vegaEmbed(living, Object.assign({}, fitted(picture.spec, width), { datasets: picture.data, description: picture.describes }), {
          mode: "vega-lite", renderer: "canvas", actions: false, ast: true, defaultStyle: false, config: config,
          tooltip: { disableDefaultStyle: true }, timeFormatLocale: picture.time
        }).then(function () {
          var canvas = living.querySelector("canvas");
          canvas.setAttribute("role", "img");
          canvas.setAttribute("aria-label", picture.describes);
          place.replaceChildren(living);
          place.dataset.drawn = "yes";
        });
      })
      .catch(function (error) {
        place.dataset.drawn = "no";
        place.textContent = place.dataset.failed;
        console.error(place.dataset.picture, error);
      });
  };
})();
