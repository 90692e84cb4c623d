/* <input type=file data-upload-url> sends its files at once, in pieces of 128 KB, and goes on where a lost connection
   cut it off, also after the page was opened anew and the same file was chosen again. Without this the file travels
   with the form. The server answers the last step with the field anew. */
(function () {
  "use strict";
  var PIECE = 131072;

  function wait(ms) {
    return new Promise(function (done) {
      setTimeout(done, ms);
      window.addEventListener("online", done, { once: true });
    });
  }

  function stored(key, value) {
    try {
      if (value === undefined) return JSON.parse(localStorage.getItem("upload-" + key));
      if (value) localStorage.setItem("upload-" + key, JSON.stringify(value));
      else localStorage.removeItem("upload-" + key);
    } catch (error) { return null; }
  }

  function attach(input) {
    if (input.uploads) return;
    input.uploads = true;
    var box = input.closest(".file-field"), said = box.querySelector("[role=status]"), words = input.dataset;
    var form = input.form, state;

    // Read each time: signing in again in another window changes it.
    function token() { return form.querySelector("[name=csrfmiddlewaretoken]").value; }

    // Tries until there is an answer: a request that the network lost is sent again, ever more slowly.
    async function ask(url, options) {
      for (var pause = 1000; ; pause = Math.min(pause * 2, 30000)) {
        if (state.stopped) throw new Error("stopped");
        try {
          var answer = await fetch(url, Object.assign({
            redirect: "manual", signal: AbortSignal.timeout(60000),
            headers: Object.assign({ "X-CSRFToken": token(), "X-Requested-With": "upload" }, options.headers)
          }, options.body === undefined ? {} : { method: "POST", body: options.body }));
          if (answer.status < 500 && answer.status !== 429) { state.say(words.sending); return answer; }
        } catch (error) { /* no connection */ }
        state.say(words.waiting);
        await wait(pause);
      }
    }

    function show(name) {
      var line = document.createElement("p"), text = document.createElement("span");
      var bar = document.createElement("progress"), stop = document.createElement("button");
      line.className = "row-line";
      bar.max = 1;
      bar.setAttribute("aria-label", name);
      stop.type = "button";
      stop.className = "btn btn-sm";
      stop.textContent = words.stop;
      stop.onclick = function () {
        state.stopped = true;
        if (state.base) fetch(state.base + "cancel/", { method: "POST", headers: { "X-CSRFToken": token() } }).catch(function () {});
      };
      line.append(text, bar, stop);
      said.before(line);
      state = {
        at: function (part) { bar.value = part; text.textContent = name + " " + Math.round(part * 100) + " %"; },
        say: function (what) { if (said.textContent !== what) said.textContent = what; },
        end: function () { line.remove(); }
      };
      state.at(0);
    }

    // The upload of before, when it was this very file; else a new one.
    async function begin(file, mark) {
      var old = stored(words.key), answer;
      if (old && old.mark === mark) {
        answer = await ask(words.start + old.uid + "/", {});
        var found = answer.ok && await answer.json();
        if (found && found.size === file.size) return found;
      }
      answer = await ask(words.start, { body: new URLSearchParams({ name: file.name, size: file.size, purpose: "answer" }) });
      if (answer.status !== 201 && answer.status !== 422) throw new Error();
      var made = await answer.json();
      if (made.error) throw new Error(made.error);
      stored(words.key, { uid: made.uid, mark: mark });
      return made;
    }

    async function send(chosen) {
      var mark = chosen.size + "-" + chosen.lastModified, file = await window.shrinkPhoto(chosen);
      var upload = await begin(file, mark), offset = upload.offset;
      state.base = words.start + upload.uid + "/";
      while (offset < file.size) {
        state.at(offset / file.size);
        var answer = await ask(state.base + "piece/", {
          body: await file.slice(offset, offset + PIECE).arrayBuffer(),
          headers: { "Upload-Offset": String(offset), "Content-Type": "application/octet-stream" }
        });
        if (!answer.ok && answer.status !== 409) throw new Error((answer.status === 422 && (await answer.json()).error) || "");
        offset = (await answer.json()).offset;
      }
      state.at(1);
      var done = await ask(words.uploadUrl, { body: new URLSearchParams({ upload: upload.uid }) });
      stored(words.key, null);
      if (!done.ok && done.status !== 422) throw new Error();
      return done.text();
    }

    input.addEventListener("change", async function () {
      var files = Array.from(input.files), html = "", failed = "";
      // What was said of an earlier try is over.
      box.querySelectorAll(".invalid-feedback p").forEach(function (old) { old.remove(); });
      input.classList.remove("is-invalid");
      said.textContent = "";
      // Not with the form as well.
      input.value = "";
      input.disabled = true;
      for (var i = 0; i < files.length && !failed; i++) {
        show(files[i].name);
        try { html = await send(files[i]); } catch (error) {
          failed = state.stopped ? " " : files[i].name + ": " + (error.message || words.failed);
          if (state.stopped) stored(words.key, null);
        }
        state.end();
      }
      input.disabled = false;
      if (html) box = swap(box, html);
      if (failed) box.querySelector("[role=status]").textContent = failed.trim();
    });
    if (stored(words.key)) {
      fetch(words.start + stored(words.key).uid + "/", { redirect: "manual" }).then(async function (answer) {
        if (answer.ok) said.textContent = words.again + " " + (await answer.json()).name;
        else if (answer.status === 404) stored(words.key, null);
      }).catch(function () {});
    }
  }

  function swap(box, html) {
    var holder = document.createElement("div");
    holder.innerHTML = html;
    var fresh = holder.querySelector(".file-field");
    box.replaceWith(fresh);
    scan(fresh);
    (fresh.querySelector(".invalid-feedback p") ? fresh.querySelector("input, [role=status]") : fresh.querySelector("[role=status]")).focus();
    return fresh;
  }

  // Taking a file out leaves the rest of the form as it is.
  document.addEventListener("click", async function (event) {
    var button = event.target.closest("button[name=remove-file][data-url]");
    if (!button) return;
    event.preventDefault();
    button.disabled = true;
    try {
      var answer = await fetch(button.dataset.url, {
        method: "POST", redirect: "manual", headers: { "X-Requested-With": "upload" },
        body: new URLSearchParams({ csrfmiddlewaretoken: button.form.querySelector("[name=csrfmiddlewaretoken]").value })
      });
      if (!answer.ok && answer.status !== 422) throw new Error();
      swap(button.closest(".file-field"), await answer.text());
    } catch (error) { button.disabled = false; }
  });

  function scan(root) {
    root.querySelectorAll("input[data-upload-url]").forEach(attach);
  }
  document.addEventListener("DOMContentLoaded", function () { scan(document); });
  document.addEventListener("htmx:load", function (event) { scan(event.target); });
})();
