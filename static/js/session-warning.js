/* Says five minutes before the session ends that it will, and prolongs it at a touch. The length comes from the
   server (data-left on the body, in seconds); other tabs may have prolonged it, so that the server is asked first. */
(function () {
  "use strict";

  var WARN = 300;

  function start() {
    var body = document.body;
    var box = document.querySelector("[data-session-warning]");
    if (!box || !body.dataset.session) return;
    var ends = Date.now() + Number(body.dataset.left) * 1000;
    var timer, before;

    function left() { return Math.round((ends - Date.now()) / 1000); }
    function plan() {
      clearTimeout(timer);
      timer = setTimeout(check, Math.min(Math.max(left() - WARN, 1) * 1000, 2000000000));
    }
    function hide() {
      if (box.hidden) return;
      box.hidden = true;
      if (before && before.isConnected) before.focus();
    }
    function take(answer) {
      if (answer.account !== body.dataset.account) return;
      ends = Date.now() + answer.left * 1000;
      if (left() > WARN) hide();
    }
    function ask(method) {
      var headers = { Accept: "application/json", "X-CSRFToken": token() };
      return fetch(body.dataset.session, { method: method, headers: headers, credentials: "same-origin" })
        .then(function (answer) { return answer.json(); })
        .then(take);
    }
    function token() {
      var field = document.querySelector("input[name=csrfmiddlewaretoken]");
      return field ? field.value : "";
    }
    function check() {
      if (left() > WARN) { plan(); return; }
      ask("GET").catch(function () {}).then(function () {
        if (left() > WARN) { plan(); return; }
        show();
      });
    }
    function show() {
      box.querySelector("[data-minutes]").textContent = Math.max(0, Math.ceil(left() / 60));
      if (box.hidden) {
        before = document.activeElement;
        box.hidden = false;
        // Somebody who is typing is told by voice and keeps the cursor.
        if (!before || !before.matches("input, textarea, select")) box.querySelector("button").focus();
      }
      if (left() > 0) timer = setTimeout(check, 30000);
    }
    box.querySelector("button").addEventListener("click", function () {
      ask("POST").then(plan).catch(function () {});
    });
    // A text that saved itself has prolonged the session too.
    document.addEventListener("portal:active", function () {
      if (left() <= WARN + 60) ask("GET").then(plan).catch(function () {});
    });
    plan();
  }
  document.addEventListener("DOMContentLoaded", start);
})();
