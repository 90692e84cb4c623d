/* Keeps what was typed and not sent yet on this device, per account and page. It is offered when the page opens
   again, and gone once it is saved, thrown away, or somebody signs out. Never on a computer marked as shared. */
(function () {
  "use strict";

  var PREFIX = "typed:";
  // What the page says of itself, and what the browser adds.
  var OWN = ["csrfmiddlewaretoken", "version", "page", "sent", "amendment", "typed_for"];
  // Nothing is kept any more while the browser is on its way out.
  var signingOut = false;

  function store() {
    try { return window.localStorage; } catch (error) { return null; }
  }
  function wipe(keeps) {
    var box = store();
    if (!box) return;
    Object.keys(box).forEach(function (key) {
      if (key.indexOf(PREFIX) === 0 && !(keeps && key.indexOf(keeps) === 0)) box.removeItem(key);
    });
  }
  function fieldsOf(form) {
    var found = {};
    new FormData(form).forEach(function (value, name) {
      if (typeof value !== "string" || OWN.indexOf(name) >= 0) return;
      (found[name] = found[name] || []).push(value.replace(/\r\n/g, "\n"));
    });
    return found;
  }
  function same(one, other) {
    var names = Object.keys(Object.assign({}, one, other));
    return names.every(function (name) {
      return JSON.stringify(one[name] || []) === JSON.stringify(other[name] || []);
    });
  }
  function putBack(form, fields) {
    Array.prototype.forEach.call(form.elements, function (field) {
      if (!field.name || OWN.indexOf(field.name) >= 0 || field.type === "file" || field.type === "submit") return;
      var given = fields[field.name] || [];
      if (field.type === "checkbox" || field.type === "radio") field.checked = given.indexOf(field.value) >= 0;
      else if (field.multiple) Array.prototype.forEach.call(field.options, function (option) {
        option.selected = given.indexOf(option.value) >= 0;
      });
      else if (given.length) field.value = given[0];
      field.dispatchEvent(new Event("change", { bubbles: true }));
      if (field.type === "textarea") field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  function start() {
    var body = document.body, account = body.dataset.account;
    if (account) wipe("shared" in body.dataset ? "" : PREFIX + account + ":");
    document.addEventListener("submit", function (event) {
      var to = event.target.getAttribute("action");
      if (!to || to !== body.dataset.signOut) return;
      signingOut = true;
      wipe("");
    });
    var form = document.querySelector("form[data-autosave]");
    var box = store();
    if (!form || !account || !box || "shared" in body.dataset) return;
    keep(form, box, PREFIX + account + ":" + location.pathname);
  }

  function keep(form, box, key) {
    var offer = form.querySelector("[data-local-copy]");
    var ahead = Date.now() - Number(form.dataset.now) * 1000;
    var timer;

    function write(sent) {
      if (signingOut) return;
      var copy = { at: Date.now() - ahead, sent: sent || false, fields: fieldsOf(form) };
      try { box.setItem(key, JSON.stringify(copy)); } catch (error) { /* the device is full: the server has it */ }
    }
    function read() {
      try { return JSON.parse(box.getItem(key)); } catch (error) { return null; }
    }
    function forget() {
      clearTimeout(timer);
      timer = 0;
      box.removeItem(key);
    }
    var found = read();
    var savedAt = Number(form.dataset.savedAt || 0) * 1000 + 999;
    if ("unsaved" in form.dataset) found = null;
    if (found && (same(found.fields, fieldsOf(form)) || (found.sent && found.at < savedAt))) {
      forget();
      found = null;
    }
    if (found) {
      offer.querySelector("[data-time]").textContent = new Date(found.at + ahead).toLocaleString(
        document.documentElement.lang, { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
      offer.hidden = false;
      offer.querySelector("[data-put-back]").addEventListener("click", function () {
        var fields = found.fields;
        found = null;
        putBack(form, fields);
        close();
        write();
        document.dispatchEvent(new CustomEvent("portal:put-back"));
      });
      offer.querySelector("[data-throw-away]").addEventListener("click", function () {
        found = null;
        forget();
        close();
      });
    }
    function close() {
      offer.hidden = true;
      var first = form.querySelector("textarea, input:not([type=hidden]), select");
      if (first) first.focus();
    }
    function typed() {
      // As long as the earlier text has not been put back or thrown away it is not written over.
      if (found) return;
      clearTimeout(timer);
      timer = setTimeout(function () { timer = 0; write(); }, 300);
    }
    form.addEventListener("input", typed);
    form.addEventListener("change", typed);
    // The page may be gone before the pause is over.
    document.addEventListener("visibilitychange", function () {
      if (document.hidden && timer && !found) { clearTimeout(timer); write(); }
    });
    ["portal:saved", "portal:kept"].forEach(function (name) {
      form.addEventListener(name, function (event) { if (event.detail.complete && !found) forget(); });
    });
    form.addEventListener("submit", function (event) {
      if (found) return;
      clearTimeout(timer);
      write(!event.defaultPrevented);
    });
  }
  document.addEventListener("DOMContentLoaded", start);
})();
