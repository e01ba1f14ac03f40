// The living map: the layer that the page shows, drawn by MapLibre with the colours and sizes of the page's own legend.
// Program and data come after the page; without WebGL the drawing of the report stands in the map's place.
(function () {
  "use strict";
  var own = document.currentScript;
  var place = document.getElementById("map");
  var form = document.getElementById("map-form");
  var said = JSON.parse(document.getElementById("map-described").textContent);
  var lib, map, data, chosenId = null, asked = 0;

  function get(address) {
    return fetch(address, { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    });
  }
  function number(value) {
    if (typeof value !== "number") return said.undetermined;
    var digits = { minimumFractionDigits: said.digits, maximumFractionDigits: said.digits };
    if (said.by === "sizes" && Math.abs(value * said.factor) < 0.01) digits = { maximumSignificantDigits: 2 };
    return new Intl.NumberFormat("en-US", digits).format(value * said.factor).replace("-", "−") + (said.unit ? " " + said.unit : "");
  }
  function written(properties) {
    return said.by === "words" ? said.words[properties.step] : number(properties.value);
  }

  // -- what was chosen, by pointer, by keyboard or from the table

  function open(id, name, value) {
    var panel = document.getElementById("map-chosen");
    panel.hidden = false;
    panel.querySelector("h3").textContent = name;
    panel.querySelector(".amount b").textContent = value;
    var link = panel.querySelector("a");
    link.parentElement.hidden = !said.why;
    if (said.why) link.href = said.why + "?asks=" + encodeURIComponent(said.asks.replace("{id}", id));
    chosenId = id;
    if (map && map.getLayer("chosen")) map.setFilter("chosen", ["==", ["get", "id"], id]);
  }
  function openFeature(feature) {
    var known = feature.properties;
    open(String(known.id), known[said.name] || known.label, written(known));
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest(".map-show");
    if (!button) return;
    open(button.dataset.id, button.dataset.name, button.dataset.said);
    if (map) {
      map.easeTo({ center: [Number(button.dataset.lon), Number(button.dataset.lat)], zoom: Math.max(map.getZoom(), said.kind === "points" ? 12 : 9.5) });
      place.scrollIntoView({ block: "nearest" });
    }
  });

  // -- layers

  function colour() {
    if (said.by === "sizes") return said.colours[0];
    var match = ["match", ["coalesce", ["get", "step"], -1]];
    said.colours.forEach(function (each, step) { match.push(step, each); });
    return match.concat([said.none]);
  }
  function radius() {
    if (said.by !== "sizes") return 5;
    // The area grows with the value from 6 to 700 square pixels, as in the drawing; nearer, all grow.
    var base = ["sqrt", ["/", ["+", 6, ["*", 694 / (said.largest || 1), ["coalesce", ["get", "value"], 0]]], Math.PI]];
    return ["interpolate", ["linear"], ["zoom"], 8, base, 14, ["*", 2.2, base]];
  }
  function layers() {
    ["chosen", "layer", "layer-line", "names", "ground", "ground-line"].forEach(function (id) { if (map.getLayer(id)) map.removeLayer(id); });
    ["layer", "ground"].forEach(function (id) { if (map.getSource(id)) map.removeSource(id); });
    var areas = said.kind === "areas";
    if (data.ground) {
      map.addSource("ground", { type: "geojson", data: data.ground });
      map.addLayer({ id: "ground", type: "fill", source: "ground", filter: ["!", ["has", "name"]], paint: { "fill-color": "#e7ebee" } });
      map.addLayer({ id: "ground-line", type: "line", source: "ground", filter: ["!", ["has", "name"]], paint: { "line-color": "#ffffff", "line-width": 1.2 } });
    }
    map.addSource("layer", { type: "geojson", data: data.layer });
    if (areas) {
      map.addLayer({ id: "layer", type: "fill", source: "layer", paint: { "fill-color": colour() } });
      map.addLayer({ id: "layer-line", type: "line", source: "layer", paint: { "line-color": "#ffffff", "line-width": 1.2 } });
      map.addLayer({ id: "chosen", type: "line", source: "layer", filter: ["==", ["get", "id"], chosenId || ""], paint: { "line-color": "#1d2b36", "line-width": 3 } });
    } else {
      map.addLayer({ id: "layer", type: "circle", source: "layer", paint: {
        "circle-color": colour(), "circle-radius": radius(), "circle-opacity": 0.65, "circle-stroke-color": "#ffffff", "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 9, 0, 12, 0.7] } });
      map.addLayer({ id: "chosen", type: "circle", source: "layer", filter: ["==", ["get", "id"], chosenId || ""], paint: {
        "circle-color": "#1d2b36", "circle-radius": 9, "circle-opacity": 0, "circle-stroke-color": "#1d2b36", "circle-stroke-width": 3 } });
    }
    if (data.ground) map.addLayer({ id: "names", type: "symbol", source: "ground", filter: ["has", "name"],
      layout: { "text-field": ["get", said.name], "text-font": ["sans-serif"], "text-size": 13 },
      paint: { "text-color": "#1d2b36", "text-halo-color": "#ffffff", "text-halo-width": 1.6 } });
    // Shown is what has been drawn; until then there is nothing to point at.
    var shown = said.data;
    map.once("idle", function () { if (shown === said.data) place.dataset.shown = shown; });
  }
  function bounds(found) {
    var west = 180, south = 90, east = -180, north = -90;
    (function walk(part) {
      if (typeof part[0] === "number") {
        west = Math.min(west, part[0]); east = Math.max(east, part[0]); south = Math.min(south, part[1]); north = Math.max(north, part[1]);
      } else part.forEach(walk);
    })(found.features.map(function (feature) { return feature.geometry.coordinates; }));
    return [[west, south], [east, north]];
  }
  function load() {
    return Promise.all([get(said.data), said.outlines ? get(said.outlines) : null]).then(function (found) {
      data = { layer: found[0], ground: found[1] };
    });
  }

  // -- the map itself

  function failed(error) {
    var picture = document.createElement("img");
    picture.src = place.dataset.drawing; picture.alt = ""; picture.className = "w-100";
    place.replaceChildren(picture);
    place.dataset.shown = "drawing";
    place.classList.add("drawn");
    document.getElementById("map-failed").hidden = false;
    map = null;
    if (error) console.info("map: " + error.message);
  }
  function hasWebGL() {
    try { return !!document.createElement("canvas").getContext("webgl2"); } catch (error) { return false; }
  }
  function near(point, reach) {
    return map.queryRenderedFeatures([[point.x - reach, point.y - reach], [point.x + reach, point.y + reach]], { layers: ["layer"] });
  }
  function closest(found, point) {
    if (said.kind === "areas") return found[0];
    var best = null, least = Infinity;
    found.forEach(function (feature) {
      var at = map.project(feature.geometry.coordinates), away = Math.hypot(at.x - point.x, at.y - point.y);
      if (away < least) { best = feature; least = away; }
    });
    return best;
  }
  function start() {
    if (!hasWebGL()) { failed(); return; }
    var sheet = document.createElement("link");
    sheet.rel = "stylesheet"; sheet.href = own.dataset.css;
    document.head.append(sheet);
    Promise.all([import(own.dataset.maplibre), load()]).then(function (found) {
      lib = found[0];
      lib.setWorkerUrl(new URL(own.dataset.worker, location.href).href);
      place.replaceChildren();
      map = new lib.Map({
        container: place, attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, maxPitch: 0,
        cooperativeGestures: window.matchMedia("(max-width: 991px)").matches, fadeDuration: 0,
        style: { version: 8, sources: {}, layers: [{ id: "paper", type: "background", paint: { "background-color": "#f4f7f8" } }] },
        bounds: bounds(data.ground || data.layer), fitBoundsOptions: { padding: 18 }
      });
      map.addControl(new lib.NavigationControl({ showCompass: false }));
      map.addControl(new lib.ScaleControl({}), "bottom-left");
      map.getCanvas().setAttribute("aria-label", place.getAttribute("aria-label"));
      var tip = new lib.Popup({ closeButton: false, closeOnClick: false, className: "map-tip" });
      map.on("load", function () { layers(); place.dataset.ready = "yes"; });
      map.on("mousemove", function (event) {
        if (!map.getLayer("layer")) return;
        var feature = closest(near(event.point, said.kind === "points" ? 4 : 0), event.point);
        map.getCanvas().style.cursor = feature ? "pointer" : "";
        if (!feature) { tip.remove(); return; }
        tip.setLngLat(event.lngLat).setText((feature.properties[said.name] || feature.properties.label) + ": " + written(feature.properties)).addTo(map);
      });
      map.on("mouseout", function () { tip.remove(); });
      map.on("click", function (event) {
        var feature = closest(near(event.point, said.kind === "points" ? 6 : 0), event.point);
        if (feature) openFeature(feature);
      });
      map.getCanvas().addEventListener("keydown", function (event) {
        if (event.key !== "Enter") return;
        var size = map.getCanvas(), middle = { x: size.clientWidth / 2, y: size.clientHeight / 2 };
        var feature = closest(near(middle, said.kind === "points" ? 60 : 0), middle);
        if (feature) openFeature(feature);
      });
    }).catch(failed);
  }

  // -- another layer, year or search: the same page is asked for, and its parts change places

  function show(address) {
    var turn = ++asked;
    fetch(address, { credentials: "same-origin" })
      .then(function (answer) { if (!answer.ok) throw new Error(String(answer.status)); return answer.text(); })
      .then(function (text) {
        if (turn !== asked) return;
        var page = new DOMParser().parseFromString(text, "text/html");
        var described = JSON.parse(page.getElementById("map-described").textContent);
        var other = described.data !== said.data;
        said = described;
        ["map-title", "map-legend", "map-table"].forEach(function (id) {
          document.getElementById(id).replaceWith(document.importNode(page.getElementById(id), true));
        });
        var notes = page.querySelectorAll("#map-part > .note");
        document.querySelectorAll("#map-part > .note").forEach(function (note) { note.remove(); });
        notes.forEach(function (note) { document.getElementById("map-part").append(document.importNode(note, true)); });
        place.dataset.drawing = page.getElementById("map").dataset.drawing;
        history.replaceState(null, "", address);
        if (!other) { buttons(); return null; }
        document.getElementById("map-chosen").hidden = true;
        chosenId = null;
        if (!map) { if (place.querySelector("img")) place.querySelector("img").src = place.dataset.drawing; buttons(); return null; }
        return load().then(function () { layers(); buttons(); });
      })
      .catch(function () { window.location.assign(address); });
  }
  function address() { return form.action + "?" + new URLSearchParams(new FormData(form)).toString(); }
  form.addEventListener("submit", function (event) { event.preventDefault(); show(address()); });
  form.addEventListener("change", function (event) { if (event.target.name === "layer" || event.target.name === "run") { follow(); show(address()); } });
  var typing;
  document.getElementById("map-q").addEventListener("input", function () { clearTimeout(typing); typing = setTimeout(function () { show(address()); }, 350); });

  // The years as a slider, where there is more than one; the list beside it stays.
  var runs = document.getElementById("map-run"), slider = document.getElementById("map-year");
  function follow() {
    slider.value = String(runs.selectedIndex);
    slider.nextElementSibling.textContent = runs.options[runs.selectedIndex].dataset.year;
    slider.setAttribute("aria-valuetext", runs.options[runs.selectedIndex].dataset.year);
  }
  if (runs.options.length > 1) {
    document.querySelector(".map-years").hidden = false;
    slider.max = String(runs.options.length - 1);
    follow();
    slider.addEventListener("input", function () { runs.selectedIndex = Number(slider.value); follow(); show(address()); });
  }
  function buttons() { document.querySelectorAll(".map-show").forEach(function (button) { button.hidden = false; }); }
  buttons();
  if (document.readyState === "complete") start(); else window.addEventListener("load", start);
})();
