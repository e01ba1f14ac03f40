// Two maps of one place with a divider between them: drawn by pointer, or set by a slider that keys move.
// `window.tanhengSwipe(under, over, words)` keeps their views together; `over` covers `under` right of the divider.
(function () {
  "use strict";
  window.tanhengSwipe = function (under, over, words) {
    var place = under.getContainer(), cover = over.getContainer(), moving = false;
    var divider = document.createElement("div"), slider = document.createElement("input"), labels = [words.before, words.after].map(function (text, i) {
      var label = document.createElement("span");
      label.className = "swipe-label " + (i ? "right" : "left"); label.textContent = text;
      return label;
    });
    divider.className = "swipe-divider";
    slider.type = "range"; slider.className = "swipe-slider"; slider.min = 0; slider.max = 100; slider.step = 1; slider.value = 50;
    slider.setAttribute("aria-label", words.swipe);
    place.append(labels[0], labels[1], divider);
    // Beside the map, not in it: there its keys would move the map as well.
    place.insertAdjacentElement("afterend", slider);

    function at() {
      var part = Number(slider.value);
      cover.style.clipPath = "inset(0 0 0 " + part + "%)";
      divider.style.left = part + "%";
      slider.setAttribute("aria-valuetext", words.before + " " + part + " %, " + words.after + " " + (100 - part) + " %");
    }
    function drag(event) {
      var box = place.getBoundingClientRect();
      slider.value = Math.round(100 * Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)));
      at();
    }
    divider.addEventListener("pointerdown", function (event) {
      event.preventDefault(); event.stopPropagation();
      divider.setPointerCapture(event.pointerId);
      divider.addEventListener("pointermove", drag);
    });
    ["pointerup", "pointercancel"].forEach(function (name) {
      divider.addEventListener(name, function () { divider.removeEventListener("pointermove", drag); });
    });
    slider.addEventListener("input", at);

    function follow(from, to) {
      return function () {
        if (moving) return;
        moving = true;
        to.jumpTo({ center: from.getCenter(), zoom: from.getZoom(), bearing: from.getBearing(), pitch: from.getPitch() });
        moving = false;
        told();
      };
    }
    function told() {
      [under, over].forEach(function (map) { map.getContainer().dataset.view = map.getZoom().toFixed(4) + " " + map.getCenter().toArray(); });
    }
    var back = follow(over, under), forth = follow(under, over);
    under.on("move", forth); over.on("move", back);
    forth(); at();
    return function end() {
      under.off("move", forth); over.off("move", back);
      [divider, slider, labels[0], labels[1]].forEach(function (one) { one.remove(); });
    };
  };
})();
