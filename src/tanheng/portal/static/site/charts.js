// Draws one chart or map from the description that the report has too; expressions run in Vega's own interpreter.
(function () {
  "use strict";
  window.tanhengDraw = function (place) {
    fetch(place.dataset.picture, { credentials: "same-origin" })
      .then(function (answer) { if (!answer.ok) throw new Error(String(answer.status)); return answer.json(); })
      .then(function (picture) {
        var fitted = window.tanhengFitted(picture.spec, picture.config, place.clientWidth - 10);
        var living = document.createElement("div");
        return window.vegaEmbed(living, Object.assign({}, fitted.spec, { datasets: picture.data, description: picture.describes }), {
          mode: "vega-lite", renderer: "canvas", actions: false, ast: true, defaultStyle: false, config: fitted.config,
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
