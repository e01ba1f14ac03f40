// Checks an inclusion proof of the transparency log in the browser: RFC 6962, SHA-256 over 0x00 || body for the leaf
// and 0x01 || left || right for nodes. What is compared with is the root in the head that the log signed.
(function () {
  "use strict";
  var button = document.getElementById("check-proof");
  if (!button || !window.crypto || !window.crypto.subtle) return;
  button.hidden = false;

  function bytes(text) { return Uint8Array.from(atob(text), function (sign) { return sign.charCodeAt(0); }); }
  function joined() {
    var parts = Array.prototype.slice.call(arguments), length = 0, at = 0;
    parts.forEach(function (part) { length += part.length; });
    var whole = new Uint8Array(length);
    parts.forEach(function (part) { whole.set(part, at); at += part.length; });
    return whole;
  }
  async function hash() { return new Uint8Array(await crypto.subtle.digest("SHA-256", joined.apply(null, arguments))); }
  function same(a, b) { return a.length === b.length && a.every(function (value, place) { return value === b[place]; }); }

  // RFC 9162, 2.1.3.2. Indices stay below 2^53, so plain numbers serve.
  async function root(leaf, index, size, path) {
    var fn = index, sn = size - 1, node = leaf;
    for (var place = 0; place < path.length; place++) {
      if (sn === 0) return null;
      if (fn % 2 === 1 || fn === sn) {
        node = await hash([1], path[place], node);
        while (fn % 2 === 0 && fn !== 0) { fn = Math.floor(fn / 2); sn = Math.floor(sn / 2); }
      } else {
        node = await hash([1], node, path[place]);
      }
      fn = Math.floor(fn / 2); sn = Math.floor(sn / 2);
    }
    return sn === 0 ? node : null;
  }

  button.addEventListener("click", async function () {
    var result = document.getElementById("proof-result");
    var good = false;
    try {
      var proof = await (await fetch(button.dataset.proof, { credentials: "same-origin" })).json();
      var head = proof.head.split("\n");
      var leaf = await hash([0], new TextEncoder().encode(proof.body));
      var reached = await root(leaf, proof.leaf_index, Number(head[1]), proof.hashes.map(bytes));
      good = same(leaf, bytes(proof.leaf_hash)) && reached !== null && same(reached, bytes(head[2]));
    } catch (error) { console.error(error); }
    result.className = "state " + (good ? "good" : "bad");
    result.textContent = good ? button.dataset.good : button.dataset.bad;
  });
})();
