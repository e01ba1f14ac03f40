// The living map of a noise study: façades floor by floor as short prisms before their walls, coloured by the page's
// own legend. A change of traffic asks the page again and takes its parts and the new levels over. Without WebGL the
// drawing stands in the map's place.
(function () {
  "use strict";
  var own = document.currentScript;
  var place = document.getElementById("noise-map"), form = document.getElementById("noise-form");
  var bar = document.getElementById("noise-bar"), chosenPanel = document.getElementById("noise-chosen");
  var said = JSON.parse(document.getElementById("noise-described").textContent);
  var lib, map, data, other = null, asked = 0, built = null, picked = null, over = null, endSwipe = null, only = null;
  var PARTS = ["noise-said", "noise-summary", "noise-table", "noise-spots", "noise-charts"];
  var LAYERS = {
    grid: ["grid"], areas: ["areas", "areas-line", "areas-name"], communities: ["communities", "communities-name"], hotspots: ["hotspots", "hotspots-line", "hotspots-name"],
    lines: ["raised-casing", "lines", "plants"], buildings: ["buildings", "outlines"], strips: ["strips", "facades"], monitors: ["monitors", "monitors-name"]
  };

  function get(address) {
    return fetch(address, { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    });
  }

  // -- columns become features again

  function corners(path) {
    var x = 0, y = 0, found = [];
    for (var i = 0; i < path.length; i += 2) { x += path[i]; y += path[i + 1]; found.push(degrees(x, y)); }
    return found;
  }
  function degrees(x, y) { return [data.origin[0] + x * data.step, data.origin[1] + y * data.step]; }
  function closed(path) { var ring = corners(path); ring.push(ring[0]); return ring; }
  function ring(path) {
    var found = corners(path), first = found[0], last = found[found.length - 1];
    if (first[0] !== last[0] || first[1] !== last[1]) found.push(first);
    return found;
  }
  function feature(type, coordinates, properties, id) {
    return { type: "Feature", id: id, properties: properties, geometry: { type: type, coordinates: coordinates } };
  }
  function collection(features) { return { type: "FeatureCollection", features: features }; }

  // -- which number is shown, and in which colour

  function side(which) {
    if (!other || !said.other) return data.levels;
    return which === said.other ? other : data.levels;
  }
  function wanted() { return bar.querySelector("[name=noise-of]:checked").value; }
  function of() { return only || (wanted() === "swipe" ? "before" : wanted()); }
  function latest() { return said.other ? "after" : "level"; }
  function scaleName() { return of() === "difference" ? "difference" : of() === "excess" ? "excess" : "levels"; }
  function number(layer, i) {
    var show = said.show, what = of();
    if (what === "difference") {
      var a = side("after")[layer], b = side("before")[layer];
      a = a && a[show][i]; b = b && b[show][i];
      return a == null || b == null ? null : a - b;
    }
    var levels = side(what === "excess" ? latest() : what)[layer];
    var value = levels ? levels[show][i] : null;
    if (value == null || what !== "excess") return value == null ? null : value;
    var limit = layer === "strips" ? built.limits[i] : null;
    return limit == null ? null : value - 10 * limit;
  }
  function stepOf(scale, tenths) {
    var i = 0, value = tenths / 10;
    while (i < scale.bounds.length && value >= scale.bounds[i]) i += 1;
    return i;
  }
  function colour(scale, tenths) { return tenths == null ? said.nothing : scale.colours[stepOf(scale, tenths)]; }
  function written(tenths, signed) {
    if (tenths == null) return said.words.silent;
    return (signed && tenths > 0 ? "+" : "") + (tenths / 10).toFixed(1).replace("-", "−") + (signed ? " dB" : " dB(A)");
  }

  function build() { built = { outlines: data.strips.outline.map(closed), limits: [] }; }
  function limitsOf(name) {
    var place = name === "day" ? 0 : 1;
    return data.strips["class"].map(function (each) { return each === null || !name || !data.limits[each] ? null : data.limits[each][place]; });
  }

  // -- sources of the map

  function strips() {
    var scale = said.scales[scaleName()], strips = data.strips, features = [], best = [];
    for (var i = 0; i < strips.of.length; i += 1) {
      var value = number("strips", i), s = strips.of[i];
      features.push(feature("Polygon", [built.outlines[s]], { c: colour(scale, value), b: strips.base[i] / 10, t: strips.top[i] / 10 }, i));
      var rank = value == null ? -1e9 : (of() === "difference" ? Math.abs(value) : value);
      if (!best[s] || rank > best[s].rank) best[s] = { rank: rank, value: value, i: i };
    }
    var lines = best.map(function (one, s) {
      return feature("LineString", [built.outlines[s][2], built.outlines[s][3]], { c: colour(scale, one.value) }, one.i);
    });
    return { prisms: collection(features), facades: collection(lines.filter(Boolean)) };
  }
  function grid() {
    var cells = data.grid, features = [];
    if (!cells || of() === "excess") return collection([]);
    var scale = said.scales[scaleName()], order = cells.column.map(function (_, i) { return i; });
    order.sort(function (a, b) { return cells.row[a] - cells.row[b] || cells.column[a] - cells.column[b]; });
    function at(column, row) {
      return degrees(cells.at[0] + column * cells.right[0] + row * cells.up[0], cells.at[1] + column * cells.right[1] + row * cells.up[1]);
    }
    var run = null;
    function end() {
      if (!run) return;
      features.push(feature("Polygon", [[at(run.from, run.row), at(run.to, run.row), at(run.to, run.row + 1), at(run.from, run.row + 1), at(run.from, run.row)]], { c: run.c }));
    }
    order.forEach(function (i) {
      var value = number("grid", i), c = value == null ? null : colour(scale, value);
      if (run && run.row === cells.row[i] && run.to === cells.column[i] && run.c === c) { run.to += 1; return; }
      if (run && run.c) end();
      run = { from: cells.column[i], to: cells.column[i] + 1, row: cells.row[i], c: c };
    });
    if (run && run.c) end();
    return collection(features);
  }
  function lines() {
    var scale = said.scales.power, levels = side(of() === "before" ? "before" : latest()).lines[said.show];
    return collection(data.lines.path.map(function (path, i) {
      var row = data.lines.of[i], value = levels[row];
      return feature("LineString", corners(path), { c: colour(scale, value), w: value == null ? 1 : 1.5 + stepOf(scale, value), raised: data.lines.raised[row], row: row });
    }));
  }
  function points(layer) {
    var found = [];
    for (var i = 0; i < layer.at.length; i += 2) found.push(i);
    // Each place is told from the origin, not from the one before it.
    return collection(found.map(function (i) { return feature("Point", degrees(layer.at[i], layer.at[i + 1]), { name: layer.name[i / 2] || layer.id[i / 2], row: i / 2 }); }));
  }
  // Places that the map of the quarter knows, and monitors with what they measured; where both stand, the latter.
  function monitors() {
    var known = said.measured.map(function (mark, i) { return feature("Point", [mark.lon, mark.lat], { name: mark.name + (mark.label[said.show] ? "\n" + mark.label[said.show] : ""), mark: i }); });
    var bare = points(data.monitors).features.filter(function (one) {
      var at = one.geometry.coordinates;
      return !said.measured.some(function (mark) { return Math.abs(mark.lon - at[0]) < 5e-5 && Math.abs(mark.lat - at[1]) < 5e-5; });
    });
    return collection(bare.concat(known));
  }
  function marked(point) {
    if (!map.getLayer("monitors") || map.getLayoutProperty("monitors", "visibility") === "none") return null;
    var found = map.queryRenderedFeatures([[point.x - 6, point.y - 6], [point.x + 6, point.y + 6]], { layers: ["monitors"] })[0];
    if (!found) return null;
    var mark = found.properties.mark === undefined ? null : said.measured[found.properties.mark];
    return { text: mark ? mark.name : found.properties.name, level: mark ? mark.said[said.show] || mark.said.Ld : "", more: mark && !mark.said[said.show] ? "" : mark ? mark.said[said.show === "Ld" ? "Ln" : "Ld"] : "" };
  }
  function buildings() {
    return collection(data.buildings.outline.map(function (path, i) {
      var row = data.buildings.of[i];
      return feature("Polygon", [ring(path)], { t: (data.buildings.height[row] || 0) / 10, row: row }, row);
    }));
  }
  function named(layer, name) {
    return collection(layer.path.map(function (path, i) { return feature("Polygon", [ring(path)], { name: name(layer.of[i]) }); }));
  }

  // Hot spots are those of the levels that are shown; of a change, what it leaves.
  function hotspots() { return named(side(of() === "before" ? "before" : latest()).hotspots || data.hotspots, function (row) { return String(row + 1); }); }

  function flat() { return bar.querySelector("[name=noise-view]:checked").value === "2d"; }
  function add(id, source, type, paint, more) { map.addLayer(Object.assign({ id: id, source: source, type: type, paint: paint }, more || {})); }
  function layers() {
    var found = strips(), text = { "text-field": ["get", "name"], "text-font": ["sans-serif"], "text-size": 12 };
    var ink = { "text-color": "#1d2b36", "text-halo-color": "#ffffff", "text-halo-width": 1.6 };
    var sources = {
      grid: grid(), lines: lines(), plants: points(data.plants), buildings: buildings(), strips: found.prisms, facades: found.facades,
      areas: named(data.areas, function (row) {
        var limit = data.limits[data.areas["class"][row]];
        return said.words["class"] + " " + data.areas["class"][row] + (limit ? " · " + limit.join("/") + " dB(A)" : "");
      }),
      communities: named(data.communities, function (row) { return data.communities.name[row] || ""; }), monitors: monitors(), hotspots: hotspots(), picked: collection([])
    };
    Object.keys(sources).forEach(function (id) { map.addSource(id, { type: "geojson", data: sources[id] }); });
    add("grid", "grid", "fill", { "fill-color": ["get", "c"], "fill-opacity": 0.8, "fill-antialias": false });
    add("areas", "areas", "fill", { "fill-color": "#44546a", "fill-opacity": 0.06 });
    add("raised-casing", "lines", "line", { "line-color": "#ffffff", "line-width": ["+", 3, ["get", "w"]] }, { filter: ["get", "raised"], layout: { "line-cap": "round" } });
    add("lines", "lines", "line", { "line-color": ["get", "c"], "line-width": ["interpolate", ["linear"], ["zoom"], 13, ["*", 0.6, ["get", "w"]], 17, ["*", 2, ["get", "w"]]] }, { layout: { "line-cap": "round", "line-join": "round" } });
    add("hotspots", "hotspots", "fill", { "fill-color": "#5b0a52", "fill-opacity": 0.22 });
    add("outlines", "buildings", "fill", { "fill-color": "#dfe5e9", "fill-outline-color": "#8b99a4" });
    add("facades", "facades", "line", { "line-color": ["get", "c"], "line-width": ["interpolate", ["linear"], ["zoom"], 14, 2, 18, 9] });
    add("areas-line", "areas", "line", { "line-color": "#44546a", "line-width": 1.6, "line-dasharray": [4, 3] });
    add("communities", "communities", "line", { "line-color": "#8a3b12", "line-width": 2.4 });
    add("hotspots-line", "hotspots", "line", { "line-color": "#5b0a52", "line-width": 2.5 });
    add("buildings", "buildings", "fill-extrusion", { "fill-extrusion-color": "#d3dbe0", "fill-extrusion-height": ["get", "t"], "fill-extrusion-opacity": 1, "fill-extrusion-vertical-gradient": false });
    add("strips", "strips", "fill-extrusion", { "fill-extrusion-color": ["get", "c"], "fill-extrusion-base": ["get", "b"], "fill-extrusion-height": ["get", "t"], "fill-extrusion-vertical-gradient": false });
    add("picked", "picked", "fill-extrusion", { "fill-extrusion-color": "#0a58ff", "fill-extrusion-base": ["get", "b"], "fill-extrusion-height": ["get", "t"], "fill-extrusion-vertical-gradient": false });
    add("plants", "plants", "circle", { "circle-radius": 5, "circle-color": "#3b4954", "circle-stroke-color": "#ffffff", "circle-stroke-width": 1.5 });
    add("monitors", "monitors", "circle", { "circle-radius": 7, "circle-color": "#ffffff", "circle-stroke-color": "#0a58ff", "circle-stroke-width": 3 });
    add("areas-name", "areas", "symbol", ink, { layout: text });
    add("communities-name", "communities", "symbol", ink, { layout: Object.assign({}, text, { "text-size": 13 }) });
    add("hotspots-name", "hotspots", "symbol", { "text-color": "#5b0a52", "text-halo-color": "#ffffff", "text-halo-width": 2 }, { layout: Object.assign({}, text, { "text-size": 17 }) });
    add("monitors-name", "monitors", "symbol", ink, { layout: Object.assign({}, text, { "text-offset": [0, 1.2], "text-anchor": "top" }) });
    seen();
  }
  function recolour() {
    var found = strips();
    map.getSource("strips").setData(found.prisms);
    map.getSource("facades").setData(found.facades);
    map.getSource("grid").setData(grid());
    map.getSource("lines").setData(lines());
    map.getSource("hotspots").setData(hotspots());
    map.getSource("monitors").setData(monitors());
  }
  function colours() {
    if (!map || !map.getSource("strips")) return;
    both(recolour);
    compare();
    shown();
  }
  function shown() {
    var now = said.query + " " + wanted();
    delete place.dataset.shown;
    Promise.all([map, over].filter(Boolean).map(function (one) {
      return new Promise(function (done) { one.once("idle", done); one.triggerRepaint(); });
    })).then(function () { if (now === said.query + " " + wanted()) place.dataset.shown = now; });
  }

  // -- before and after on either side of a divider: a second map over the first, drawn by the same functions

  function onOver(doing) {
    var under = map;
    map = over; only = "after";
    try { doing(); } finally { map = under; only = null; }
  }
  function both(doing) { doing(); if (over && over.getLayer("picked")) onOver(doing); }
  function compare() {
    if (wanted() !== "swipe") { alone(); return; }
    if (over) return;
    var cover = document.createElement("div");
    cover.className = "noise-over";
    place.append(cover);
    over = made(cover, { center: map.getCenter(), zoom: map.getZoom(), bearing: map.getBearing(), pitch: map.getPitch() });
    // Keys move the map below, and this one follows it.
    over.getCanvas().tabIndex = -1;
    over.getCanvas().setAttribute("aria-label", said.words.after);
    over.on("load", function () { onOver(function () { layers(); mark(); }); });
    heard(over, onOver);
    endSwipe = window.tanhengSwipe(map, over, said.words);
  }
  function alone() {
    if (!over) return;
    var cover = over.getContainer();
    endSwipe(); over.remove(); cover.remove();
    over = endSwipe = null;
  }
  function seen() {
    var above = flat();
    bar.querySelectorAll("[name=noise-layer]").forEach(function (box) {
      LAYERS[box.value].forEach(function (id) {
        var hidden = !box.checked || (above ? id === "buildings" || id === "strips" : id === "outlines" || id === "facades");
        map.setLayoutProperty(id, "visibility", hidden ? "none" : "visible");
      });
    });
    map.setLayoutProperty("picked", "visibility", above ? "none" : "visible");
  }
  function legend() {
    var scale = said.scales[scaleName()], panel = document.getElementById("noise-legend"), list = panel.querySelector("ul");
    panel.querySelector("h3 small").textContent = scale.title + ", " + scale.unit;
    function entry(c, text) {
      var item = document.createElement("li"), svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      svg.setAttribute("width", "18"); svg.setAttribute("height", "14"); svg.setAttribute("aria-hidden", "true");
      [["x", ".5"], ["y", ".5"], ["width", "17"], ["height", "13"], ["rx", "2"], ["fill", c], ["stroke", "#8b99a4"]].forEach(function (pair) { box.setAttribute(pair[0], pair[1]); });
      svg.append(box); item.append(svg, " " + text); return item;
    }
    var entries = scale.colours.map(function (c, i) { return entry(c, scale.said[i]); });
    if (scaleName() === "levels") entries.push(entry(said.nothing, said.words.silent));
    list.replaceChildren.apply(list, entries);
  }

  // -- what was chosen, by pointer, by keyboard or from the table

  function nameOf(i) {
    var building = data.buildings.id[data.strips.building[data.strips.of[i]]];
    return building + ", " + said.words.floor.replace("{n}", data.strips.floor[i]);
  }
  function beside(i) {
    var parts = [], show = said.show, name = said.limits;
    if (said.other && other) {
      var a = side("after").strips[show][i], b = side("before").strips[show][i];
      parts.push(said.words.before + " " + written(b));
      if (a != null && b != null) parts.push(said.words.change + " " + written(a - b, true));
    }
    if (name && built.limits[i] != null) parts.push(said.words["class"] + " " + data.strips["class"][i] + ", " + said.words.limit + " " + built.limits[i] + " dB(A)");
    return parts.join(" · ");
  }
  function open(i) {
    chosenPanel.hidden = false;
    chosenPanel.querySelector("h3").textContent = nameOf(i);
    chosenPanel.querySelector(".amount b").textContent = said.show + " " + written(side(latest()).strips[said.show][i]);
    chosenPanel.querySelector(".beside").textContent = beside(i);
    chosenPanel.querySelector("a").href = said.why.replace("{receiver}", i) + "?" + said.query;
    picked = i;
    if (map && map.getSource("picked")) both(mark);
  }
  function mark() {
    if (picked === null) return;
    var outline = built.outlines[data.strips.of[picked]], middle = outline[0], top = data.strips.top[picked] / 10;
    // A little thicker than the strip, so that it shows around it.
    var grown = outline.map(function (corner) { return [corner[0] + (corner[0] - middle[0]) * 0.04, corner[1] + (corner[1] - middle[1]) * 0.04]; });
    map.getSource("picked").setData(collection([feature("Polygon", [grown], { b: top - 0.4, t: top + 0.4 })]));
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest(".noise-go");
    if (!button || !data) return;
    var i = Number(button.dataset.receiver), outline = built.outlines[data.strips.of[i]];
    open(i);
    if (map) {
      // From the side to which the façade looks.
      var dx = (outline[2][0] - outline[1][0]) * Math.cos(outline[0][1] * Math.PI / 180), dy = outline[2][1] - outline[1][1];
      map.easeTo({ center: outline[2], zoom: Math.max(map.getZoom(), 17), bearing: flat() ? 0 : (Math.atan2(-dx, -dy) * 180) / Math.PI });
      place.scrollIntoView({ block: "nearest" });
    }
  });
  function hit(point, reach) {
    var ids = (flat() ? ["facades"] : ["strips", "buildings"]).filter(function (id) { return map.getLayer(id) && map.getLayoutProperty(id, "visibility") !== "none"; });
    var box = reach ? [[point.x - reach, point.y - reach], [point.x + reach, point.y + reach]] : point;
    return ids.length ? map.queryRenderedFeatures(box, { layers: ids }) : [];
  }
  function strip(found) {
    var first = found.find(function (one) { return one.layer.id !== "buildings"; });
    return first ? first.id : null;
  }
  function told(point) {
    var mark = marked(point);
    if (mark) return mark;
    var found = hit(point, flat() ? 4 : 0), i = found.length && found[0].layer.id !== "buildings" ? found[0].id : null;
    if (i !== null) return { text: nameOf(i), level: said.show + " " + written(number("strips", i), of() === "difference" || of() === "excess"), more: beside(i) };
    if (found.length) return { text: said.words.building + " " + data.buildings.id[found[0].properties.row], level: "", more: "" };
    var line = map.getLayoutProperty("lines", "visibility") !== "none" && map.queryRenderedFeatures([[point.x - 4, point.y - 4], [point.x + 4, point.y + 4]], { layers: ["lines"] })[0];
    if (!line) return null;
    var row = line.properties.row, value = side(latest()).lines[said.show][row];
    return { text: data.lines.name[row] || data.lines["class"][row] || data.lines.id[row], level: value == null ? said.words.silent : said.show + " " + (value / 10).toFixed(1) + " dB(A)/m", more: said.trust[data.lines.status[row]] || "" };
  }

  // -- the map itself

  function failed(error) {
    var picture = document.createElement("img");
    picture.src = place.dataset.drawing; picture.alt = ""; picture.className = "w-100";
    place.replaceChildren(picture);
    place.dataset.shown = "drawing";
    place.classList.add("drawn");
    bar.hidden = true;
    document.getElementById("noise-failed").hidden = false;
    map = null;
    if (error) console.info("map: " + error.message);
  }
  function hasWebGL() {
    try { return !!document.createElement("canvas").getContext("webgl2"); } catch (error) { return false; }
  }
  function bounds() {
    var west = 180, south = 90, east = -180, north = -90;
    data.buildings.outline.concat(data.lines.path.length && !data.buildings.outline.length ? data.lines.path : []).forEach(function (path) {
      corners(path).forEach(function (corner) {
        west = Math.min(west, corner[0]); east = Math.max(east, corner[0]); south = Math.min(south, corner[1]); north = Math.max(north, corner[1]);
      });
    });
    return [[west, south], [east, north]];
  }
  function levels() { return said.levels ? get(said.levels).then(function (found) { other = found; }) : Promise.resolve().then(function () { other = null; }); }
  function controls() {
    var double = !!said.other, limited;
    built.limits = limitsOf(said.limits);
    limited = built.limits.some(function (limit) { return limit != null; });
    bar.querySelectorAll(".noise-single").forEach(function (label) { label.classList.toggle("off", double); });
    bar.querySelectorAll(".noise-double").forEach(function (label) { label.classList.toggle("off", !double); });
    bar.querySelectorAll(".noise-limited").forEach(function (label) { label.classList.toggle("off", !limited); });
    var now = bar.querySelector("[name=noise-of]:checked"), fits = now && !now.closest("label").classList.contains("off");
    if (!fits) bar.querySelector("[name=noise-of][value=" + (double ? "difference" : "level") + "]").checked = true;
    ["grid", "areas", "communities", "monitors", "hotspots"].forEach(function (name) {
      var empty = name === "grid" ? !data.grid : name === "hotspots" ? !hotspots().features.length : !(data[name].path || data[name].at).length && !(name === "monitors" && said.measured.length);
      bar.querySelector("[value=" + name + "]").closest("label").classList.toggle("off", empty);
    });
  }
  function made(container, view) {
    return new lib.Map(Object.assign({
      container: container, attributionControl: false, maxPitch: 75, fadeDuration: 0, cooperativeGestures: window.matchMedia("(max-width: 991px)").matches,
      style: { version: 8, sources: {}, light: { anchor: "viewport", color: "#ffffff", intensity: 0.18, position: [1.2, 200, 40] }, layers: [{ id: "paper", type: "background", paint: { "background-color": "#f4f7f8" } }] }
    }, view));
  }
  // What the pointer does on a map; `as` does it on that one.
  function heard(on, as) {
    var tip = new lib.Popup({ closeButton: false, closeOnClick: false, className: "map-tip" });
    on.on("mousemove", function (event) {
      if (!on.getLayer("picked")) return;
      as(function () {
        var now = told(event.point);
        on.getCanvas().style.cursor = now ? "pointer" : "";
        if (!now) { tip.remove(); return; }
        var box = document.createElement("div"), level = document.createElement("div"), more = document.createElement("small");
        level.className = "noise-tip-level"; level.textContent = now.level; more.textContent = now.more;
        box.append(now.text, level, more);
        tip.setLngLat(event.lngLat).setDOMContent(box).addTo(on);
      });
    });
    on.on("mouseout", function () { tip.remove(); });
    on.on("click", function (event) {
      var i = null;
      as(function () { i = strip(hit(event.point, 4)); });
      if (i !== null) open(i);
    });
  }
  function start() {
    if (!hasWebGL()) { failed(); return; }
    var sheet = document.createElement("link");
    sheet.rel = "stylesheet"; sheet.href = own.dataset.css;
    document.head.append(sheet);
    Promise.all([import(own.dataset.maplibre), get(said.layers), levels()]).then(function (found) {
      lib = found[0]; data = found[1];
      build(); controls(); legend();
      lib.setWorkerUrl(new URL(own.dataset.worker, location.href).href);
      place.replaceChildren();
      map = made(place, { pitch: 55, bearing: -20, bounds: bounds(), fitBoundsOptions: { padding: 30, pitch: 55, bearing: -20 } });
      map.addControl(new lib.NavigationControl({ visualizePitch: true }));
      map.addControl(new lib.ScaleControl({}), "bottom-left");
      map.getCanvas().setAttribute("aria-label", place.getAttribute("aria-label"));
      bar.hidden = false;
      // Tilted, a city seen whole is far away: nearer, and its foreground leaves the picture.
      map.setZoom(map.getZoom() + 0.9);
      map.on("load", function () { layers(); place.dataset.ready = "yes"; shown(); });
      heard(map, function (doing) { doing(); });
      map.getCanvas().addEventListener("keydown", function (event) {
        if (event.key !== "Enter") return;
        var size = map.getCanvas(), i = strip(hit({ x: size.clientWidth / 2, y: size.clientHeight / 2 }, 60));
        if (i !== null) open(i);
      });
    }).catch(failed);
  }
  bar.addEventListener("change", function (event) {
    if (event.target.name === "noise-of") { legend(); colours(); }
    if (event.target.name === "noise-layer") both(seen);
    if (event.target.name === "noise-view") { both(seen); map.easeTo(flat() ? { pitch: 0, bearing: 0 } : { pitch: 55, bearing: -20 }); }
  });

  // -- another indicator, building or traffic: the same page is asked for, and its parts change places

  function show(address) {
    var turn = ++asked;
    PARTS.forEach(function (id) { document.getElementById(id).classList.add("noise-busy"); });
    fetch(address, { credentials: "same-origin" })
      .then(function (answer) { if (!answer.ok) throw new Error(String(answer.status)); return answer.text(); })
      .then(function (text) {
        if (turn !== asked) return null;
        var page = new DOMParser().parseFromString(text, "text/html");
        said = JSON.parse(page.getElementById("noise-described").textContent);
        PARTS.forEach(function (id) { document.getElementById(id).replaceWith(document.importNode(page.getElementById(id), true)); });
        place.dataset.drawing = page.getElementById("noise-map").dataset.drawing;
        history.replaceState(null, "", address);
        buttons(); charts();
        if (!map) { if (place.querySelector("img")) place.querySelector("img").src = place.dataset.drawing; return null; }
        return levels().then(function () {
          if (turn !== asked) return;
          controls(); legend(); colours();
          if (picked !== null && !chosenPanel.hidden) open(picked);
        });
      })
      .catch(function () { window.location.assign(address); });
  }
  // Who watches for charts to come near knows the page's first one only: it stays, and the others follow it.
  var first = document.querySelector("#noise-charts [data-picture]"), follows = false;
  function charts() {
    var fresh = document.querySelector("#noise-charts [data-picture]");
    if (fresh !== first) { first.dataset.picture = fresh.dataset.picture; fresh.replaceWith(first); }
    if (window.tanhengDraw) { document.querySelectorAll("#noise-charts [data-picture]").forEach(function (drawing) { window.tanhengDraw(drawing); }); return; }
    if (follows) return;
    follows = true;
    new MutationObserver(function (_, watch) {
      watch.disconnect();
      document.querySelectorAll("#noise-charts [data-picture]").forEach(function (drawing) { if (drawing !== first) window.tanhengDraw(drawing); });
    }).observe(first, { attributes: true, attributeFilter: ["data-drawn"] });
  }
  function address() {
    var given = new URLSearchParams(new FormData(form));
    Array.from(given.entries()).forEach(function (pair) { if (pair[1] === "") given.delete(pair[0]); });
    return form.action + "?" + given.toString();
  }
  form.addEventListener("submit", function (event) { event.preventDefault(); if (form.reportValidity()) show(address()); });
  form.addEventListener("change", function (event) { if (event.target.name === "show" || event.target.name === "against") show(address()); });
  function buttons() { document.querySelectorAll(".noise-go").forEach(function (button) { button.hidden = false; }); }
  buttons();
  if (document.readyState === "complete") start(); else window.addEventListener("load", start);
})();
