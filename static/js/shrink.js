/* Photos become smaller in the browser before they travel: JPEG and PNG above 1600 pixels, upright, without the place
   where they were taken. window.shrinkPhoto(file) promises a file; <input type=file data-shrink> does it on choosing. */
(function () {
  "use strict";
  var LONGEST = 1600;

  window.shrinkPhoto = async function (file) {
    if (!/^image\/(jpeg|png)$/.test(file.type) || !window.createImageBitmap) return file;
    try {
      var picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      var scale = LONGEST / Math.max(picture.width, picture.height);
      if (scale >= 1) return file;
      var canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      var blob = await new Promise(function (done) { canvas.toBlob(done, file.type, 0.85); });
      if (!blob || blob.size >= file.size) return file;
      return new File([blob], file.name, { type: file.type, lastModified: file.lastModified });
    } catch (error) {
      return file;  // The server looks at it and says what is wrong.
    }
  };

  document.addEventListener("change", async function (event) {
    var input = event.target;
    if (!input.matches("input[type=file][data-shrink]") || !window.DataTransfer) return;
    var chosen = Array.from(input.files), held = new DataTransfer();
    (await Promise.all(chosen.map(window.shrinkPhoto))).forEach(function (file) { held.items.add(file); });
    // Somebody may have chosen something else meanwhile.
    if (chosen[0] === input.files[0]) input.files = held.files;
  });
})();
