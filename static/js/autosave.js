/* Saves a section while somebody types: two seconds after the last key and at least every 15 seconds, never two at
   once. The words come from the server. What could not be sent is tried again; local-copy.js keeps it meanwhile. */
(function () {
  "use strict";

  var PAUSE = 2000, LONGEST = 15000, PATIENCE = 25000;

  function start() {
    var form = document.querySelector("form[data-autosave]");
    if (!form) return;
    var line = form.querySelector("[data-save-line]");
    var body = document.body;
    var changed = 0, saved = 0, since = 0, failed = 0, timer, running = null, stopped = false, tried = false, leaving = false;

    function say(text, link) {
      line.textContent = text;
      if (!link) return;
      var anchor = document.createElement("a");
      anchor.href = link.url;
      anchor.textContent = link.label;
      line.append(" ", anchor);
    }
    function notSent() {
      say("shared" in body.dataset ? line.dataset.offlineShared : line.dataset.offline);
    }
    function tell(name, detail) {
      form.dispatchEvent(new CustomEvent("portal:" + name, { bubbles: true, detail: detail }));
    }
    function number() {
      form.elements.sent.value = Math.max(Number(form.elements.sent.value) + 1, Date.now());
    }
    function content() {
      var data = new FormData(form);
      var plain = new URLSearchParams();
      data.forEach(function (value, name) { if (typeof value === "string") plain.append(name, value); });
      return plain;
    }
    function plan(wait) {
      clearTimeout(timer);
      if (!stopped) timer = setTimeout(send, wait);
    }
    function touched(event) {
      if (event.target.type === "file" || !event.target.name) return;
      changed += 1;
      if (!since) since = Date.now();
      plan(Math.max(0, Math.min(PAUSE, since + LONGEST - Date.now())));
    }
    function send(last) {
      if (stopped || running || leaving || changed === saved) return;
      var upTo = changed;
      since = 0;
      number();
      running = new AbortController();
      var abort = running;
      var patience = setTimeout(function () { abort.abort(); }, PATIENCE);
      fetch(form.dataset.autosave, {
        method: "POST", body: content(), credentials: "same-origin", signal: abort.signal,
        keepalive: last === true, redirect: "manual",
        headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value }
      }).then(function (answer) {
        return answer.json().then(function (told) { take(answer.status, told, upTo); });
      }).catch(function () {
        if (leaving) return;
        failed += 1;
        notSent();
        plan(Math.min(3000 * failed, 60000));
      }).then(function () {
        clearTimeout(patience);
        running = null;
        if (changed !== saved && since) plan(PAUSE);
      });
    }
    function take(status, told, upTo) {
      if (status === 200) {
        saved = upTo;
        tried = false;
        failed = 0;
        form.elements.version.value = told.version;
        say(told.note ? told.text + ". " + told.note : told.text, told.link);
        told.complete = saved === changed && told.state === "saved";
        tell("saved", told);
        tell("active");
      } else if (status === 403 && told.state === "token" || status === 401) {
        renew(told);
      } else if (status >= 500) {
        throw new Error(String(status));
      } else {
        stopped = true;
        say(told.text || line.dataset.offline, told.link);
        if (told.state === "conflict") { saved = upTo; tell("kept", { complete: saved === changed }); }
      }
    }
    /* Signed in again in another tab: this page needs the new token. Signed out: it waits for that. */
    function renew(told) {
      if (told.text) say(told.text, told.link);
      else notSent();
      fetch(body.dataset.session, { headers: { Accept: "application/json" }, credentials: "same-origin" })
        .then(function (answer) { return answer.json(); })
        .then(function (state) {
          var mine = state.account === body.dataset.account;
          if (state.account && !mine) { stopped = true; return; }
          if (mine) document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach(function (field) {
            field.value = state.token;
          });
          plan(mine && !tried ? 0 : LONGEST);
          tried = mine;
        }).catch(function () { plan(LONGEST); });
    }

    form.addEventListener("input", touched);
    form.addEventListener("change", touched);
    window.addEventListener("online", function () { if (changed !== saved) plan(0); });
    window.addEventListener("offline", function () { if (changed !== saved) notSent(); });
    document.addEventListener("visibilitychange", function () { if (document.hidden) send(true); });
    document.addEventListener("portal:put-back", function () { changed += 1; since = Date.now(); plan(0); });
    form.addEventListener("submit", function (event) {
      if (navigator.onLine === false) {
        event.preventDefault();
        notSent();
        return;
      }
      leaving = true;
      clearTimeout(timer);
      number();
      // Sending failed or the page came back from memory: go on saving.
      setTimeout(function () { leaving = false; if (changed !== saved) plan(0); }, 30000);
    });
    window.addEventListener("pageshow", function (event) { if (event.persisted) leaving = false; });
  }
  document.addEventListener("DOMContentLoaded", start);
})();
