// How a chart fits the width that it is given; the same in a report and on the site.
window.tanhengFitted = function (spec, config, width) {
  "use strict";
  var many = ["facet", "hconcat", "vconcat", "concat", "repeat"];
  config = JSON.parse(JSON.stringify(config));
  if (width < 560) {
    // On a narrow screen long labels would leave no room for the bars.
    spec = JSON.parse(JSON.stringify(spec).replace(/"labelLimit":\d+/g, '"labelLimit":' + Math.round(width * 0.38)));
    config.legend.columns = 1;
  }
  if (!many.some(function (key) { return key in spec; })) {
    var copy = Object.assign({}, spec, { width: width });
    if (!spec.projection) copy.autosize = { type: "fit-x", contains: "padding" };
    else copy.height = Math.round(spec.height * Math.min(1, 0.25 + 0.75 * width / spec.width));
    spec = copy;
  }
  return { spec: spec, config: config };
};
